import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { defined, whenGiven } from '../base/defined.ts';
import { UserError } from '../base/user-error.ts';
import type { LiveOptions } from '../grading/live.ts';
import { TRANSPORT_NAMES, type Transport } from '../model/transport.ts';
import { isCalledClient } from '../spec/usual-variants.ts';
import { readParams, readPort } from './grading-options.ts';
import { numberFrom, oneOf, parseOptions } from './options.ts';
import { specFile } from './spec-file.ts';

const TALK_OPTIONS = {
  spec: { type: 'string' },
  program: { type: 'string' },
  transport: { type: 'string' },
  param: { type: 'string', multiple: true },
  run: { type: 'string' },
  build: { type: 'string' },
  port: { type: 'string' },
} as const;

const RECORD_OPTIONS = {
  solution: { type: 'string' },
  program: { type: 'string' },
  transport: { type: 'string' },
  proxy: { type: 'string' },
  replay: { type: 'string' },
  continue: { type: 'string' },
  id: { type: 'string' },
  title: { type: 'string' },
  points: { type: 'string' },
  param: { type: 'string', multiple: true },
  build: { type: 'string' },
  port: { type: 'string' },
} as const;

/** What `talk` and `record` have in common. */
export interface SessionSetting {
  /** The specification: its name, and its text, which need not be on disk yet. */
  readonly spec: string;
  readonly text: string;
  readonly params: Readonly<Record<string, string>>;
  readonly program: string | undefined;
  readonly live: Omit<LiveOptions, 'signal'>;
}

export interface TalkSetting extends SessionSetting {
  /** Nothing says which transport the program uses. */
  readonly assumed: boolean;
}

export interface RecordSetting extends SessionSetting {
  readonly proxy: number | undefined;
  /** A script that is all: nothing is typed or asked. */
  readonly replay: { readonly file: string; readonly lines: readonly string[] } | undefined;
  /** Commands that come before those that are typed. */
  readonly resume: readonly string[] | undefined;
  readonly id: string | undefined;
  readonly title: string | undefined;
  readonly points: number | undefined;
}

/** The file that a recording without a specification goes into. */
const NEW_SPEC = 'recorded.grade.yaml';

/** Reads the command line of `record`. */
export function readRecordOptions(args: string[]): RecordSetting {
  const { own, command } = split(args);
  const { values, positionals } = parseOptions('record', own, RECORD_OPTIONS);
  const given = readRecordedSpec(positionals, { command, solution: values.solution });
  const { id, title, points, replay, proxy, continue: before } = values;
  if (replay !== undefined && (before ?? proxy) !== undefined)
    throw new UserError({
      where: '--replay',
      what: `takes all commands from a file, so it does not go with ${before === undefined ? '--proxy' : '--continue'}`,
      fix: 'Leave one of them out.',
    });
  return {
    ...specOf(given === undefined ? undefined : specFile(given, 'record'), command, values.transport),
    params: readParams(values.param ?? []),
    program: values.program,
    live: {
      submission: values.solution ?? '.',
      ...defined({ run: command, build: values.build, port: whenGiven(values.port, readPort) }),
    },
    proxy: whenGiven(proxy, (text) => numberFrom('--proxy', text, { whole: true, least: 0, most: 65535 })),
    replay: whenGiven(replay, (file) => ({ file, lines: readScript('--replay', file) })),
    resume: whenGiven(before, (file) => readScript('--continue', file)),
    id: whenGiven(id, readId),
    title,
    points: whenGiven(points, (text) =>
      numberFrom('--points', text, { whole: false, least: 0, most: 10_000 }),
    ),
  };
}

/** The one specification that is named; none is needed where a command starts the program. */
function readRecordedSpec(
  [given, ...more]: readonly string[],
  { command, solution }: { readonly command: string | undefined; readonly solution: string | undefined },
): string | undefined {
  const usage = 'Usage: socket-grader record SPEC --solution DIR, or record -- COMMAND';
  const wrong = (what: string, fix = usage) => new UserError({ where: 'record', what, fix });
  if (more.length > 0) throw wrong(`one specification at a time, not also ${more.join(', ')}`);
  if (given === undefined && command === undefined) throw wrong('no specification is named');
  if (solution === undefined && command === undefined)
    throw wrong('no solution is named', 'Name it with --solution DIR.');
  return given;
}

function readId(id: string): string {
  if (/^[a-z0-9][a-z0-9-]*$/.test(id)) return id;
  throw new UserError({
    where: '--id',
    what: `can't be "${id}"`,
    fix: 'Use lower-case letters, digits and -.',
  });
}

/** Reads the command line of `talk`. */
export function readTalkOptions(args: string[]): TalkSetting {
  const { own, command } = split(args);
  const { values, positionals } = parseOptions('talk', own, TALK_OPTIONS);
  const [submission, ...more] = positionals;
  if ((submission === undefined && command === undefined) || more.length > 0)
    throw new UserError({
      where: 'talk',
      what: more.length > 0 ? `one program at a time, not also ${more.join(', ')}` : 'no program is named',
      fix: 'Usage: socket-grader talk PROGRAM, or talk -- COMMAND',
    });
  const run = values.run ?? command;
  const name = isClientIn(submission ?? '') ? 'client' : 'server';
  const made = () => ({ spec: 'talk.grade.yaml', text: newSpec(run, name, readTransport(values.transport)) });
  return {
    ...(values.spec === undefined
      ? made()
      : specOf(specFile(values.spec, 'talk'), undefined, values.transport)),
    assumed: (values.spec ?? values.transport) === undefined,
    params: readParams(values.param ?? []),
    program: values.program,
    live: {
      submission: submission ?? '.',
      ...defined({
        run,
        build: values.build,
        port: whenGiven(values.port, readPort),
      }),
    },
  };
}

/** Whether a program is a client, by the name of its file: one in a folder is found as `run` finds it. */
function isClientIn(submission: string): boolean {
  const nameOf = (file: string) => path.parse(file).name.toLowerCase();
  if (!existsSync(submission) || !statSync(submission).isDirectory())
    return isCalledClient(nameOf(submission));
  const names = readdirSync(submission).map(nameOf);
  return names.some(isCalledClient) && !names.includes('server');
}

/** What stands before `--`, and the command behind it. */
function split(args: readonly string[]): { own: string[]; command: string | undefined } {
  const at = args.indexOf('--');
  if (at === -1) return { own: [...args], command: undefined };
  const words = args.slice(at + 1);
  if (words.length === 0)
    throw new UserError({
      where: '--',
      what: 'no command follows',
      fix: 'Write -- python3 server.py {port}',
    });
  const command = words.map((word) => (/[\s"']/.test(word) ? JSON.stringify(word) : word)).join(' ');
  return { own: args.slice(0, at), command };
}

function specOf(
  spec: string | undefined,
  command: string | undefined,
  transport: string | undefined,
): { spec: string; text: string } {
  const file = spec ?? NEW_SPEC;
  if (spec === undefined && !existsSync(file))
    return { spec: file, text: newSpec(command, undefined, readTransport(transport)) };
  if (transport !== undefined)
    throw new UserError({
      where: '--transport',
      what: `${file} says which transport its programs use`,
      fix: 'Leave it out.',
    });
  try {
    return { spec: file, text: readFileSync(file, 'utf8') };
  } catch (error) {
    throw new UserError({
      where: file,
      what: `the specification can't be read: ${(error as Error).message}`,
      fix: 'Give the path of a .grade.yaml file.',
    });
  }
}

/** A specification without scenarios. */
function newSpec(command: string | undefined, role: string | undefined, transport: Transport): string {
  const name = role ?? (command?.includes('{host}') ? 'client' : 'server');
  const carried = transport === 'tcp' ? [] : [`    transport: ${transport}`];
  const run = command?.replaceAll(/\{(port|host)\}/g, '$${{ $1 }}');
  return [
    'version: 1',
    'title: Recorded',
    'programs:',
    ...(run === undefined
      ? carried.length === 0
        ? [`  ${name}: {}`]
        : [`  ${name}:`, ...carried]
      : [`  ${name}:`, ...carried, '    variants:', `      - { run: ${JSON.stringify(run)} }`]),
    '',
  ].join('\n');
}

function readTransport(given = 'tcp'): Transport {
  return oneOf('--transport', given, TRANSPORT_NAMES);
}

function readScript(where: string, file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8')
      .replace(/\r?\n$/, '')
      .split(/\r?\n/);
  } catch (error) {
    throw new UserError({
      where,
      what: (error as Error).message,
      fix: 'Give the file of a session.',
    });
  }
}
