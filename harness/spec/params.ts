import type { Json, Param } from '../model.ts';
import { suggest } from '../steps/scope.ts';

/** A setting from the command line that can't be taken, with its mend. */
export interface ParamProblem {
  readonly name: string;
  readonly message: string;
  readonly fix: string;
}

/** The settings of a run: the file's defaults, overridden by those given as text. */
export function settle(
  params: Readonly<Record<string, Param>>,
  given: Readonly<Record<string, string>>,
): { values: Map<string, Json>; problems: ParamProblem[] } {
  const values = new Map<string, Json>(Object.entries(params).map(([name, param]) => [name, param.default]));
  const problems: ParamProblem[] = [];
  for (const [name, written] of Object.entries(given)) {
    const param = params[name];
    if (!param) {
      problems.push({
        name,
        message: `the assignment has no parameter "${name}"`,
        fix: suggest(name, Object.keys(params)),
      });
      continue;
    }
    const value = convert(written, param);
    if (value === undefined) {
      const wanted = param.choices ? `one of ${param.choices.join(', ')}` : `a ${typeof param.default}`;
      problems.push({ name, message: `parameter "${name}" can't be "${written}"`, fix: `give ${wanted}` });
    } else {
      values.set(name, value);
    }
  }
  return { values, problems };
}

const TRUE = ['true', 'yes', 'on', '1'];
const FALSE = ['false', 'no', 'off', '0'];

function convert(written: string, { default: value, choices }: Param): Json | undefined {
  const word = written.toLowerCase();
  const truth = TRUE.includes(word) ? true : FALSE.includes(word) ? false : undefined;
  if (choices)
    return choices.find((choice) =>
      typeof choice === 'boolean' ? choice === truth : String(choice) === written,
    );
  if (typeof value === 'boolean') return truth;
  if (typeof value !== 'number') return written;
  const number = Number(written);
  return written.trim() === '' || Number.isNaN(number) ? undefined : number;
}

/** Understands `\n \r \t \0 \\ \xNN` in a text from a command line, where a shell passes them on as they are. */
export function unescapeText(text: string): string {
  return text.replace(/\\(n|r|t|0|\\|x([0-9a-fA-F]{2}))/g, (_, code: string, hex?: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return { n: '\n', r: '\r', t: '\t', '0': '\0', '\\': '\\' }[code] ?? code;
  });
}
