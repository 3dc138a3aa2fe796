import { stat } from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import * as v from 'valibot';
import { defined } from '../base/defined.ts';
import { plainLine } from '../base/plain.ts';
import { SubmissionError, UserError } from '../base/user-error.ts';
import { INTERRUPTED } from '../judge/interrupted.ts';
import type { Kernel } from '../kernel/index.ts';
import { payloadBytes } from '../match/payload.ts';
import { certificateFile, payload } from '../match/payload-fields.ts';
import type {
  BuildResult,
  Finding,
  Json,
  Limits,
  Planned,
  PortRule,
  ProgramSpec,
  Report,
  Variant,
} from '../model/index.ts';
import { runCertificates } from '../net/index.ts';
import { build } from '../process/build.ts';
import { splitCommand } from '../process/command.ts';
import { environment, markerEntry, newMarker } from '../process/environment.ts';
import type { Runnable } from '../run/surroundings.ts';
import { largestPart } from '../sandbox/largest-part.ts';
import { BUILD_LIMITS, FILES, LARGEST, LARGEST_BUILT, LIMITS } from '../sandbox/limits.ts';
import type { Lease, Room, Sandbox } from '../sandbox/sandbox.ts';
import type { Refused } from '../sandbox/tree/copy-tree.ts';
import { hashTree } from '../sandbox/tree/hash-tree.ts';
import { inSlices } from '../sandbox/tree/steps.ts';
import { type TreeSize, treeSize } from '../sandbox/tree/tree-size.ts';
import { pieces } from '../steps/template.ts';
import { buildFinding, executables, notMade } from './build-findings.ts';
import { howToHandIn } from './hand-in.ts';
import { javaClass, programFolder } from './program-folder.ts';

/** A submission that has been copied and built, or the reason why it could not be built. */
export interface Prepared {
  readonly submission: Report['submission'];
  readonly builds: readonly BuildResult[];
  readonly failed?: Finding;
  /** Where its programs are expected to listen; `any` wins over `auto`, a number over both. */
  readonly portRule: PortRule;
  /** The programs in a fresh copy, told the given port; `seed` makes random files repeatable. */
  runnables(place: Place, seed: string, limits?: Partial<Limits>): Promise<ReadonlyMap<string, Runnable>>;
  /** What the folder of the assignment's helpers must have room for; absent without helpers. */
  readonly helperRoom?: Room;
  /** What a run's folder must have room for: what is in it from the start, and what programs may add. */
  room(limits?: Partial<Limits>): Room;
}

/** Where one run of the programs takes place. */
export interface Place {
  readonly lease: Lease;
  /** A folder for the assignment's helpers, out of reach of the submission's programs. */
  readonly helpers?: Lease;
  /** The port that programs are told which have none of their own. */
  readonly port: number;
  /** The ports of those that have one, by `ports.NAME`. */
  readonly ports: ReadonlyMap<string, number>;
}

/** Files that are compiled, and how many of them are told at most. */
const SOURCE = /\.(c|cc|cpp|cxx|java|go|rs|cs|kt|swift|hs|d|zig)$/;
const MOST_SOURCES = 3;

interface Overrides {
  readonly submission: string;
  readonly build?: string;
  readonly run?: string;
  readonly port?: PortRule;
  readonly searchPath?: string;
}

interface World {
  readonly kernel: Kernel;
  readonly sandbox: Sandbox;
  readonly signal: AbortSignal;
  /** Runs at a time. */
  readonly jobs: number;
}

/** What an empty file or a folder takes in memory, in bytes. */
const PAGE = 4096;

/** Where programs are looked for when the caller does not say. */
const SEARCH_PATH = '/usr/local/bin:/usr/bin:/bin';

/** Copies a submission to the scratch folder, finds out how to start it, and builds it there. */
export async function prepareSubmission(
  assignment: Planned,
  overrides: Overrides,
  { kernel, sandbox, signal, jobs }: World,
): Promise<Prepared> {
  const given = path.resolve(overrides.submission);
  const where = overrides.submission;
  const info = await stat(given).catch(() => {
    throw new UserError({ where, what: 'there is no such submission', fix: 'Give a folder or a file.' });
  });
  if (!info.isDirectory() && !info.isFile())
    throw new UserError({
      where,
      what: 'the submission is neither a folder nor a file',
      fix: 'Give a folder or a file.',
    });
  const { length, files: count } = await inSlices(
    treeSize(given, { length: LARGEST.bytes, files: LARGEST.files }),
  ).catch((error: NodeJS.ErrnoException) => {
    throw new UserError({ where, what: `the submission can't be read: ${error.code ?? error.message}` });
  });
  if (length > LARGEST.bytes || count > LARGEST.files) throw await tooLarge(where, given);
  const handedIn = { bytes: length + count * PAGE, files: count };
  const more = (room: Room, disk: number) => ({ bytes: room.bytes + disk, files: room.files + FILES });
  const lease = await sandbox.lease(more(handedIn, BUILD_LIMITS.disk));
  const source = lease.path;
  const refused = await lease.fill(given).catch((error: NodeJS.ErrnoException) => {
    throw new UserError({ where, what: `the submission can't be copied: ${error.message}` });
  });
  const { folder, files } = programFolder(source, (names) =>
    Object.values(assignment.spec.programs).some(
      ({ variants, helper }) =>
        !helper &&
        variants.some((variant) => variant.file !== undefined && matches(variant, names).length > 0),
    ),
  );
  const around = path.join(source, folder);
  const before = executables(around);
  const ways = new Map(
    Object.entries(assignment.spec.programs).map(([name, program]) => [
      name,
      withClass(around, chooseWay(name, program, { files, refused }, overrides, where)),
    ]),
  );
  const among = { jobs, alone: ways.size === 1 };
  const names = commandNames(assignment.params);
  const sources = files.filter((file) => SOURCE.test(file)).slice(0, MOST_SOURCES);
  const sha256 = await inSlices(hashTree(given));
  await lease.handOver();
  sandbox.enter();
  const programSandbox = sandbox.forProgram(BUILD_LIMITS, among);
  const searchPath = overrides.searchPath ?? SEARCH_PATH;

  const homes = [...ways.values()].some((way) => way.build !== undefined)
    ? await sandbox.lease({ bytes: BUILD_LIMITS.disk, files: FILES })
    : undefined;
  await homes?.handOver();
  const home = homes?.path ?? source;

  const builds: BuildResult[] = [];
  let failed: Finding | undefined;
  for (const way of ways.values()) {
    if (way.build === undefined || failed) continue;
    const marker = newMarker();
    const command = fillCommand(way.build, { ...names, ...fileNames(way) });
    const { missing, ...result } = await build({
      command,
      shell: way.shell,
      cwd: around,
      env: environment({ home, marker, searchPath }),
      timeout: BUILD_LIMITS.time,
      ...defined({ programSandbox }),
      signal,
      survivors: ({ pid, exit, keeper }) =>
        kernel.processes(
          {
            pid,
            marker: markerEntry(marker),
            exited: exit !== undefined,
            ...defined({ keeper }),
          },
          { orphans: true },
        ),
    });
    builds.push(result);
    if (signal.aborted) failed = INTERRUPTED;
    else if (!result.ok) failed = buildFinding(result, missing);
  }
  const unused = [...ways.values()].flatMap(({ program, file }) => otherPrograms(program, file, files));
  await homes?.release();
  for (const way of ways.values())
    if (way.build !== undefined && !way.shell) failed ??= notMade(way.run, { folder: around, before });
  const built = builds.length > 0 ? await lease.takeBack(LARGEST_BUILT) : handedIn;
  if ('length' in built && isTooLarge(built)) failed ??= TOO_LARGE;
  const helpers = [...ways.values()].filter(({ program }) => program.helper);
  const rules = [...ways.values()].filter((way) => !helpers.includes(way)).map(({ port }) => port);
  return {
    submission: {
      id: path.basename(given).replace(/[^\w.-]+/g, '_') || 'submission',
      path: overrides.submission,
      sha256,
      run: Object.fromEntries(
        [...ways].map(([name, way]) => [
          name,
          fillCommand(way.run, {
            ...names,
            port: 'PORT',
            host: 'HOST',
            ...fileNames(way),
          }),
        ]),
      ),
      ...(unused.length === 0 ? {} : { unused }),
    },
    builds,
    ...defined({ failed }),
    portRule: rules.find((rule) => typeof rule === 'number') ?? (rules.includes('any') ? 'any' : 'auto'),
    room: (limits) => {
      const disks = [...ways.values()].map(({ program }) => program.limits?.disk ?? LIMITS.disk);
      return more(built, limits?.disk ?? Math.max(...disks));
    },
    ...(helpers.length === 0 ? {} : { helperRoom: more({ bytes: 0, files: 0 }, LIMITS.disk) }),
    async runnables({ lease, helpers: apart, port, ports }, seed, overriding) {
      const root = lease.path;
      const contents = await filesOf([...ways.values()], seed);
      await lease.fill(source, { own: true });
      for (const { helper, name, bytes } of contents)
        if (helper) apart?.place(name, bytes);
        else lease.place(path.posix.join(folder, name), bytes);
      await lease.handOver();
      await apart?.handOver();
      const numbers = Object.fromEntries(
        [...ports].map(([name, number]) => [`ports.${name}`, String(number)]),
      );
      const runnable = (way: Way, givenPort: number): Runnable => {
        const { helper, transport, host = '127.0.0.1' } = way.program;
        const home = helper ? (apart?.path ?? root) : path.join(root, folder);
        const fill = (text: string) =>
          fillCommand(text, {
            ...names,
            ...numbers,
            port: String(givenPort),
            host,
            ...fileNames(way),
          });
        const { ready, stdinEof, stdin, env } = way.program;
        const limits = { ...LIMITS, ...way.program.limits, ...overriding };
        const programSandbox = sandbox.forProgram(limits, among);
        const extra = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, fill(value)]));
        return {
          argv: splitCommand(fill(way.run), way.shell),
          cwd: home,
          env: environment({ home, marker: '', searchPath, extra }),
          givenPort,
          ...defined({ transport }),
          ...(way.program.host === undefined ? {} : { host }),
          ...(helper ? { helper } : {}),
          at: (other) => runnable(way, other),
          rule: way.port,
          ready,
          stdinEof,
          limits,
          ...(sources.length === 0 ? {} : { sources }),
          ...defined({ programSandbox }),
          ...(stdin === undefined
            ? {}
            : {
                stdin: typeof stdin === 'string' ? fill(stdin) : payloadBytes(v.parse(payload, stdin), seed),
              }),
        };
      };
      return new Map([...ways].map(([name, way]) => [name, runnable(way, ports.get(name) ?? port)]));
    },
  };
}

interface Way {
  readonly program: ProgramSpec;
  readonly file: string;
  readonly build?: string;
  readonly run: string;
  readonly shell: boolean;
  readonly port: PortRule;
  /** Of a Java file. */
  readonly className?: string;
}

const MIB = 1024 * 1024;
/** Usual file names that are told to somebody who used none of them. */
const MOST_NAMED = 6;

/** Names what makes it too large, so that it can be left out. */
async function tooLarge(where: string, submission: string): Promise<SubmissionError> {
  const { name, bytes, files, more } = await largestPart(submission, LARGEST);
  const size = `${more ? 'more than ' : ''}${Math.floor(bytes / MIB)} MiB in ${files} files`;
  return new SubmissionError({
    where,
    what: `the submission is too large: the limit is ${LARGEST.bytes / MIB} MiB and ${LARGEST.files} files${name === '.' ? '' : `, and ${name} holds ${size}`}`,
    fix: `Leave out ${name === '.' ? 'what can be made again, and what is not needed to run it' : `${name}, if the program runs without it or can make it again`}.`,
  });
}

/** How one program is built and started: as told on the command line, else the first variant whose file is there. */
function chooseWay(
  name: string,
  program: ProgramSpec,
  { files, refused }: { readonly files: readonly string[]; readonly refused: readonly Refused[] },
  overrides: Overrides,
  where: string,
): Way {
  if (program.helper) return ownWay(program);
  const port = overrides.port ?? program.port;
  const { build: ownBuild, run: ownRun } = overrides;
  if (ownRun !== undefined) {
    const run = ownRun.replaceAll(/(?<!\{)\{(port|host)\}(?!\})/g, '$${{ $1 }}');
    const usual = buildOf(run, program, files);
    return {
      program,
      file: usual?.file ?? '',
      run,
      shell: false,
      port,
      ...defined({ build: ownBuild ?? usual?.build }),
    };
  }
  for (const variant of program.variants) {
    const matching = matches(variant, files);
    const [file = ''] = matching;
    if (matching.length === 0) continue;
    if (matching.length > 1) {
      throw new SubmissionError({
        where,
        what: `several files could be the program "${name}": ${matching.slice(0, 6).join(', ')}`,
        fix: `Say how to start it, for instance: --run "${variant.run.split(/[\s"]/)[0]} ${plainLine(file)} {port}"`,
      });
    }
    const buildCommand = ownBuild ?? variant.build;
    return {
      program,
      file,
      run: variant.run,
      shell: variant.shell ?? false,
      port,
      ...defined({ build: buildCommand }),
    };
  }
  const wanted = [
    ...new Set(program.variants.map((variant) => variant.file).filter((file) => file !== undefined)),
  ];
  const named = wanted.filter((file) => !file.startsWith('*'));
  const shown = program.usual ? `${named.slice(0, MOST_NAMED).join(', ')} and the like` : wanted.join(', ');
  throw new SubmissionError({
    where,
    what: `no file of the program "${name}" is there (looked for ${shown}; found ${files.slice(0, 6).join(', ') || 'nothing'})${refusedText(refused)}`,
    fix: howToHandIn(name, files),
  });
}

/** The class of a Java file, which its package is a part of. */
function withClass(folder: string, way: Way): Way {
  return way.file.endsWith('.java') ? { ...way, className: javaClass(folder, way.file) } : way;
}

/**
 * The usual build of a program that is started in another way: where the command starts what is not there yet, the first
 * variant that is built and whose file is there makes it.
 */
function buildOf(
  run: string,
  { variants }: ProgramSpec,
  files: readonly string[],
): { readonly file: string; readonly build: string } | undefined {
  const [command = '', ...args] = splitCommand(run, false);
  const ownProgram = command.startsWith('./') && !files.includes(command.slice(2));
  const className = args.find((arg) => !arg.startsWith('-')) ?? '';
  const ownClass =
    /(^|\/)java$/.test(command) && !files.includes(`${className}.class`) && !className.includes('.');
  if (!ownProgram && !ownClass) return undefined;
  for (const variant of variants) {
    const matching = matches(variant, files);
    const fits = ownClass === /^javac\b/.test(variant.build ?? '');
    const [file] = matching.includes(`${className}.java`) ? [`${className}.java`] : matching;
    if (variant.build !== undefined && fits && file !== undefined) return { file, build: variant.build };
  }
  return undefined;
}

/** What could not be copied, in words that follow others. */
function refusedText(refused: readonly Refused[]): string {
  const shown = refused.slice(0, 3).map(({ name, reason }) => `${name} ${reason}`);
  return shown.length === 0 ? '' : `; left out: ${shown.join(', ')}`;
}

/** Whether that is more than can be copied for each scenario. */
function isTooLarge({ bytes, files, length }: TreeSize): boolean {
  return bytes > LARGEST_BUILT.bytes || files > LARGEST_BUILT.files || length > LARGEST_BUILT.length;
}

const TOO_LARGE: Finding = {
  cause: 'build_failed',
  summary: 'The program could not be built: what the build leaves behind is too large.',
  expected: `at most ${LARGEST_BUILT.bytes >> 20} MiB in ${LARGEST_BUILT.files} files, or ${LARGEST_BUILT.length >> 20} MiB with holes`,
  actual: 'more than that',
  evidence: [],
  hint: 'Remove what is not needed to run the program at the end of the build.',
};

/** All files of the assignment that programs find in their folders. */
async function filesOf(ways: readonly Way[], seed: string) {
  const files = ways.flatMap(({ program: { helper = false, files: named = {} } }) =>
    Object.entries(named).map(([name, content]) => ({ helper, name, content })),
  );
  return Promise.all(
    files.map(async ({ content, ...where }) => ({ ...where, bytes: await fileBytes(content, seed) })),
  );
}

/** The bytes of a file of the assignment; certificates are made for the run. */
async function fileBytes(content: Json, seed: string): Promise<Buffer> {
  const certificate = v.safeParse(certificateFile, content);
  if (!certificate.success) return payloadBytes(v.parse(payload, content), seed);
  const { ca, server } = await runCertificates();
  const { output } = certificate;
  return Buffer.from('key' in output ? server.key : output.certificate === 'ca' ? ca : server.certificate);
}

/** A helper brings its own files, and nothing on the command line is meant for it. */
function ownWay(program: ProgramSpec): Way {
  const [{ run, shell = false, file = '' } = { run: '' }] = program.variants;
  return { program, file, run, shell, port: program.port };
}

/** Files that have the very name of a program, and another one was chosen. */
function otherPrograms(
  { variants }: ProgramSpec,
  chosen: string,
  files: readonly string[],
): readonly string[] {
  const named = variants.map(({ file }) => file).filter((file) => file !== undefined && file !== 'Makefile');
  return chosen === '' || chosen === 'Makefile'
    ? []
    : files.filter((file) => file !== chosen && named.includes(file));
}

function matches({ file }: Variant, files: readonly string[]): readonly string[] {
  if (file === undefined) return [''];
  const isMatch = picomatch(file);
  return files.filter((name) => isMatch(name));
}

/** What commands call the file of a program. */
function fileNames({ file, className = '' }: Way): Record<string, string> {
  return { file, stem: path.basename(file, path.extname(file)), class: className };
}

function commandNames(params: ReadonlyMap<string, Json>): Record<string, string> {
  return Object.fromEntries(
    [...params].map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

function fillCommand(command: string, names: Readonly<Record<string, string>>): string {
  return pieces(command)
    .map((piece) => (typeof piece === 'string' ? piece : (names[piece.name] ?? '')))
    .join('');
}
