import { defined, whenGiven } from '../base/defined.ts';
import { shellSyntax } from '../base/shell-syntax.ts';
import { UserError } from '../base/user-error.ts';
import { unescapeText } from '../spec/params.ts';
import type { IsolationWish } from '../worker/choose-isolation.ts';
import { namesIn, numberFrom, oneOf } from './options.ts';

/** How a submission is started, for each command that grades. */
export const PROGRAM_OPTIONS = {
  only: { type: 'string', multiple: true },
  param: { type: 'string', multiple: true },
  run: { type: 'string' },
  build: { type: 'string' },
  port: { type: 'string' },
  isolation: { type: 'string' },
  unsafe: { type: 'boolean' },
} as const;

/** How a submission is graded, for `run`, `batch` and `submit`. */
export const GRADING_OPTIONS = {
  ...PROGRAM_OPTIONS,
  seed: { type: 'string' },
  'timeout-scale': { type: 'string' },
} as const;

/** The values that were given of options. */
type Values<Options extends Readonly<Record<string, unknown>>> = {
  readonly [Name in keyof Options]?:
    | (Options[Name] extends { readonly multiple: true }
        ? string[]
        : Options[Name] extends { readonly type: 'boolean' }
          ? boolean
          : string)
    | undefined;
};

/** Reads how a submission is started; `isolation` is what counts when none is asked for. */
export function readProgramOptions(
  command: string,
  { only, param = [], run, build, port, isolation, unsafe = false }: Values<typeof PROGRAM_OPTIONS>,
  usual: { readonly isolation: IsolationWish },
) {
  if (run !== undefined) checkCommand(command, '--run', run);
  if (build !== undefined) checkCommand(command, '--build', build);
  return {
    only: namesIn(only),
    params: readParams(param),
    isolation: readIsolation(isolation ?? usual.isolation),
    unsafe,
    ...defined({ run, build, port: whenGiven(port, readPort) }),
  };
}

/** Reads how a submission is graded. */
export function readGradingOptions(
  command: string,
  values: Values<typeof GRADING_OPTIONS>,
  usual: { readonly isolation: IsolationWish },
) {
  const { seed, 'timeout-scale': scale } = values;
  const timeoutScale =
    scale === undefined
      ? undefined
      : numberFrom('--timeout-scale', scale, { whole: false, least: 0.1, most: 1000 });
  return { ...readProgramOptions(command, values, usual), ...defined({ seed, timeoutScale }) };
}

/** Whether programs are kept apart. */
export function readIsolation(text: string): IsolationWish {
  return oneOf('--isolation', text, ['auto', 'require', 'none'] as const);
}

/** `NAME=TEXT` options as a map; complains about what has no name or no "=". */
export function readParams(given: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const text of given) {
    const at = text.indexOf('=');
    if (at < 1) throw wrongParam(`${text} has no value`, 'Write --param NAME=TEXT.');
    if (/(?<!\\)(\\\\)*\\x(?![0-9a-fA-F]{2})/.test(text)) {
      throw wrongParam(
        `${text}: \\x needs two hexadecimal digits`,
        'Write for instance \\x0a, or \\\\x for a backslash and an x.',
      );
    }
    const name = text.slice(0, at);
    if (Object.hasOwn(params, name)) throw wrongParam(`${name} is given twice`, 'Give it once.');
    params[name] = unescapeText(text.slice(at + 1));
  }
  return params;
}

function wrongParam(what: string, fix: string): UserError {
  return new UserError({ where: '--param', what, fix });
}

/** Where a program listens. */
export function readPort(text: string): 'auto' | 'any' | number {
  if (text === 'auto' || text === 'any') return text;
  return numberFrom('--port', text, { whole: true, least: 1, most: 65535, or: 'auto, any or ' });
}

/** Complains about a command line that cannot be started as it is; `where` is the command that asks. */
export function checkCommand(where: string, option: '--run' | '--build', command: string): void {
  const complain = (what: string, fix: string) => new UserError({ where, what, fix });
  if (command.trim() === '')
    throw complain(
      `${option} is empty`,
      `Give a command such as ${option} "${option === '--run' ? 'python3 mine.py {port}' : 'make'}".`,
    );
  if (unclosedQuote(command)) throw complain(`${option}: a quote is not closed`, `Check ${command}`);
  const syntax = shellSyntax(command);
  if (syntax === undefined) return;
  const last = option === '--run' ? 'exec ' : '';
  const wrapped = `${option} "sh -c '${command.replace(/^(.*(?:&&|;)\s*)?(?=[^&;]*$)/s, `$1${last}`)}'"`;
  throw complain(
    `${option}: no shell is involved, and only a shell understands "${syntax}"`,
    /['"\\$`]/.test(command)
      ? `Put the command into a script, say start.sh, and give ${option} "sh start.sh${option === '--run' ? ' {port}' : ''}".`
      : `Ask for a shell: ${wrapped}`,
  );
}

/** Whether a quote in a command line has no partner. */
function unclosedQuote(command: string): boolean {
  return /["']/.test(command.replace(/"[^"]*"|'[^']*'/g, ''));
}
