import { bytesToText } from '../match/text.ts';
import type { Json, Param } from '../model/index.ts';
import { suggest } from '../steps/scope.ts';

/** A setting from the command line that can't be taken, with its fix. */
export interface ParamProblem {
  readonly name: string;
  readonly message: string;
  readonly fix: string;
}

/** The settings of a run: the file's defaults, overridden by those given as text. */
export function resolveParams(
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
      const kind = typeof param.default === 'boolean' ? 'true or false' : `a ${typeof param.default}`;
      const wanted = param.choices ? `one of ${param.choices.join(', ')}` : kind;
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
  const parts = text.split(/(\\(?:[nrt0\\]|x[0-9a-fA-F]{2}))/);
  return bytesToText(
    Buffer.concat(parts.map((part, index) => (index % 2 === 0 ? Buffer.from(part, 'utf8') : escaped(part)))),
  );
}

const ESCAPES: Readonly<Record<string, number>> = { n: 0x0a, r: 0x0d, t: 0x09, '0': 0, '\\': 0x5c };

function escaped(sequence: string): Buffer {
  const code = sequence.slice(1);
  return Buffer.of(code.startsWith('x') ? Number.parseInt(code.slice(1), 16) : (ESCAPES[code] ?? 0));
}
