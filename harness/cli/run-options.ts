import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { defined } from '../base/defined.ts';
import { shellSyntax } from '../base/shell-syntax.ts';
import { UserError } from '../base/user-error.ts';
import { type Contract, PLATFORMS } from '../platform/index.ts';
import { automaticReports, type Surroundings } from '../report/formats/automatic.ts';
import { AUDIENCES, type Audience, FORMATS } from '../report/formats/index.ts';
import { unescapeText } from '../spec/params.ts';
import { suggest } from '../steps/scope.ts';
import type { IsolationWish } from '../worker/choose-isolation.ts';
import type { Job } from '../worker/grade-in-worker.ts';
import { namesIn, parseOptions } from './options.ts';
import type { WantedReport } from './report-files.ts';
import { specFile } from './spec-file.ts';

const OPTIONS = {
  spec: { type: 'string' },
  only: { type: 'string', multiple: true },
  param: { type: 'string', multiple: true },
  run: { type: 'string' },
  build: { type: 'string' },
  port: { type: 'string' },
  report: { type: 'string', multiple: true },
  out: { type: 'string' },
  record: { type: 'string' },
  trace: { type: 'boolean' },
  quiet: { type: 'boolean' },
  watch: { type: 'boolean' },
  jobs: { type: 'string' },
  seed: { type: 'string' },
  'timeout-scale': { type: 'string' },
  evidence: { type: 'string' },
  witness: { type: 'string' },
  audience: { type: 'string' },
  isolation: { type: 'string' },
  unsafe: { type: 'boolean' },
  expose: { type: 'string', multiple: true },
  for: { type: 'string' },
  'time-limit': { type: 'string' },
} as const;

export interface RunOptions extends Job {
  readonly reports: readonly WantedReport[];
  readonly out?: string;
  /** Where everything that judging again needs is written. */
  readonly record?: string;
  readonly audience?: Audience;
  readonly isolation: IsolationWish;
  readonly trace: boolean;
  readonly quiet: boolean;
  /** Grade again at each change. */
  readonly watch: boolean;
  /** The platform that the run is for. */
  readonly platform?: Contract;
  /** Milliseconds after which what is not decided yet is left undecided. */
  readonly timeLimit?: number;
}

/** Milliseconds before a platform's own limit at which a run ends by itself, to write what is known. */
const AHEAD = 30_000;

function usage(what: string, fix: string): UserError {
  return new UserError({ where: 'run', what, fix });
}

/** Reads the command line of `run`; complains about the first thing that does not fit. */
export function readRunOptions(args: string[], surroundings: Surroundings): RunOptions {
  const { values, positionals } = parseOptions('run', args, OPTIONS);
  const [submission, ...more] = positionals;
  if (submission === undefined)
    throw usage('no submission is named', 'Usage: socket-grader run SUBMISSION [options]');
  if (more.length > 0)
    throw usage(
      `one submission at a time, not also ${more.join(', ')}`,
      'Quote names and commands that hold spaces.',
    );
  const { run, build, out, record } = values;
  if (run !== undefined) checkCommand('run', '--run', run);
  if (build !== undefined) checkCommand('run', '--build', build);
  const platform = values.for === undefined ? undefined : readPlatform(values.for);
  const seed = values.seed ?? seedOf(platform);
  const timeLimit = timeLimitOf(values['time-limit'], platform);
  if (values.witness !== undefined && (values.isolation ?? 'none') !== 'none')
    throw usage(
      '--witness traces programs, which isolation prevents',
      'Give --isolation none, or leave it out.',
    );
  return {
    submission,
    spec: specFile(values.spec ?? 'socket-basics', 'run'),
    only: namesIn(values.only),
    params: readParams(values.param ?? []),
    reports: readReports(values.report, surroundings, platform),
    ...(values.audience === undefined ? {} : { audience: readAudience(values.audience) }),
    isolation: readIsolation(values.isolation ?? (values.witness === undefined ? 'auto' : 'none')),
    unsafe: values.unsafe ?? false,
    expose: (values.expose ?? []).map(readFolder),
    trace: values.trace ?? false,
    quiet: values.quiet ?? false,
    watch: values.watch ?? false,
    ...defined({ platform, timeLimit, run, build, seed, out, record }),
    ...(values.port === undefined ? {} : { port: readPort(values.port) }),
    ...defined({
      jobs: given(values.jobs, (text) => readNumber('--jobs', text, JOBS)),
      timeoutScale: given(values['timeout-scale'], (text) => readNumber('--timeout-scale', text, SCALE)),
      evidence: given(values.evidence, readEvidence),
      witness: given(values.witness, readWitness),
    }),
  };
}

const JOBS = { whole: true, least: 1, most: 256 } as const;
const SCALE = { whole: false, least: 0.1, most: 1000 } as const;

/** The value of an option that may be left out. */
function given<Value>(text: string | undefined, read: (text: string) => Value): Value | undefined {
  return text === undefined ? undefined : read(text);
}

/** The time limit in milliseconds: the one that was asked for, else one just ahead of the platform's. */
function timeLimitOf(given: string | undefined, platform: Contract | undefined): number | undefined {
  if (given !== undefined)
    return readNumber('--time-limit', given, { whole: false, least: 1, most: 86_400 }) * 1000;
  return platform?.seconds === undefined ? undefined : platform.seconds * 1000 - AHEAD;
}

/** `NAME=TEXT` options as a map; complains about what has no name or no "=". */
export function readParams(given: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const text of given) {
    const at = text.indexOf('=');
    if (at < 1) throw usage(`--param ${text} has no value`, 'Write --param NAME=TEXT.');
    if (/(?<!\\)(\\\\)*\\x(?![0-9a-fA-F]{2})/.test(text)) {
      throw usage(
        `--param ${text}: \\x needs two hexadecimal digits`,
        'Write for instance \\x0a, or \\\\x for a backslash and an x.',
      );
    }
    const name = text.slice(0, at);
    if (Object.hasOwn(params, name)) throw usage(`--param ${name} is given twice`, 'Give it once.');
    params[name] = unescapeText(text.slice(at + 1));
  }
  return params;
}

/** The wanted reports by name; without any, those that suit the place. */
export function readReports(
  given: readonly string[] | undefined,
  surroundings: Surroundings,
  platform?: Contract,
): readonly WantedReport[] {
  const actions = automaticReports(surroundings).filter(({ name }) => name.startsWith('github'));
  if (given === undefined)
    return platform === undefined ? automaticReports(surroundings) : withOthers(platform.reports, actions);
  const wanted = given.map((text): WantedReport => {
    const at = text.indexOf('=');
    const name = at === -1 ? text : text.slice(0, at);
    if (!(name in FORMATS))
      throw usage(`unknown report format "${name}"`, suggest(name, Object.keys(FORMATS)));
    const file = at === -1 ? '' : text.slice(at + 1);
    return file === '' ? { name } : { name, file };
  });
  if (platform !== undefined) {
    const read = wanted.map((report) => {
      const usual = platform.reports.find(({ name }) => name === report.name);
      return { ...report, ...defined({ audience: usual?.audience }) };
    });
    return withOthers(withOthers(read, platform.reports), actions);
  }
  // The person at the keyboard stays informed. In Actions a program's output could give orders to the runner, so
  // there it is only shown by the format that prevents that; what Autolab reads must be the last thing printed.
  const printed = wanted.some(
    ({ name, file }) => file === '-' || (file === undefined && FORMATS[name]?.file === undefined),
  );
  if (surroundings.env.GITHUB_ACTIONS === 'true') return withOthers(wanted, actions);
  return printed ? wanted : [{ name: 'terminal' }, ...wanted];
}

/** Reports, and of others those whose name is not among them. */
function withOthers(
  wanted: readonly WantedReport[],
  others: readonly WantedReport[],
): readonly WantedReport[] {
  return [...wanted, ...others.filter(({ name }) => wanted.every((each) => each.name !== name))];
}

/** Who is to read. */
export function readAudience(text: string): Audience {
  const audience = AUDIENCES.find((known) => known === text);
  if (audience === undefined)
    throw usage(`--audience can't be "${text}"`, `Give one of ${AUDIENCES.join(', ')}.`);
  return audience;
}

function readPlatform(text: string): Contract {
  const platform = Object.hasOwn(PLATFORMS, text) ? PLATFORMS[text] : undefined;
  if (platform === undefined)
    throw usage(`unknown platform "${text}"`, suggest(text, Object.keys(PLATFORMS)));
  return platform.contract;
}

/** The seed of a student's variant, as far as the platform says one. */
function seedOf(platform: Contract | undefined): string | undefined {
  if (platform?.seed === undefined) return undefined;
  try {
    const data = JSON.parse(readFileSync(platform.seed.file, 'utf8')) as Readonly<Record<string, unknown>>;
    const seed = data[platform.seed.key];
    return typeof seed === 'number' || typeof seed === 'string' ? String(seed) : undefined;
  } catch {
    return undefined;
  }
}

/** Where a program listens. */
export function readPort(text: string): 'auto' | 'any' | number {
  if (text === 'auto' || text === 'any') return text;
  return readNumber('--port', text, { whole: true, least: 1, most: 65535, or: 'auto, any or ' });
}

function readNumber(
  option: string,
  text: string,
  { whole, least, most, or = '' }: { whole: boolean; least: number; most: number; or?: string },
): number {
  const number = Number(text);
  const fits =
    text.trim() !== '' && number >= least && number <= most && (!whole || Number.isInteger(number));
  if (!fits)
    throw usage(
      `${option} can't be "${text}"`,
      `Give ${or}a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`,
    );
  return number;
}

function readEvidence(text: string): 'kernel' | 'portable' {
  if (text === 'kernel' || text === 'portable') return text;
  throw usage(`--evidence can't be "${text}"`, 'Give kernel or portable.');
}

function readWitness(text: string): 'strace' {
  if (text === 'strace') return text;
  throw usage(`--witness can't be "${text}"`, 'Give strace.');
}

function readIsolation(text: string): IsolationWish {
  if (text === 'auto' || text === 'require' || text === 'none') return text;
  throw usage(`--isolation can't be "${text}"`, 'Give auto, require or none.');
}

/** A folder that is there and that the grader may enter, as an absolute path. */
export function readFolder(text: string): string {
  const folder = path.resolve(text);
  if (folder === '/')
    throw usage('--expose / would show the whole machine to programs', 'Name the folder that they need.');
  try {
    if (statSync(folder).isDirectory()) {
      accessSync(folder, constants.R_OK | constants.X_OK);
      return folder;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES')
      throw usage(
        `--expose ${text}: you may not enter this folder, or one on the way to it`,
        `Ask its owner to let others in (${closedFolders(folder)}), give a folder that you can read, or run the grader as root.`,
      );
  }
  throw usage(`--expose ${text}: there is no such folder`, 'Give a folder that programs need to see.');
}

/** The command that opens the first folder on a way that is closed. */
function closedFolders(folder: string): string {
  const parts = folder.split('/').slice(1);
  const ways = parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`);
  const closed = ways.find((way) => !mayEnter(way)) ?? folder;
  return `chmod o+${closed === folder ? 'rx' : 'x'} ${closed}`;
}

function mayEnter(folder: string): boolean {
  try {
    accessSync(folder, constants.X_OK);
    return true;
  } catch {
    return false;
  }
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
