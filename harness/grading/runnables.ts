import path from 'node:path';
import * as v from 'valibot';
import { defined } from '../base/defined.ts';
import { payloadBytes } from '../match/payload.ts';
import { certificateFile, payload } from '../match/payload-fields.ts';
import type { Json, Limits } from '../model/index.ts';
import { runCertificates } from '../net/index.ts';
import { splitCommand } from '../process/command.ts';
import { environment } from '../process/environment.ts';
import type { Runnable } from '../run/surroundings.ts';
import { LIMITS } from '../sandbox/limits.ts';
import type { Lease, Sandbox } from '../sandbox/sandbox.ts';
import type { AskedPackages } from './asked-packages.ts';
import { fileNames, fillCommand } from './command-names.ts';
import type { Way } from './way.ts';

/** Where one run of the programs takes place. */
export interface Place {
  readonly lease: Lease;
  /** A folder for the assignment's helpers, out of reach of the submission's programs. */
  readonly helpers?: Lease;
  /** The port that programs are given which have none of their own. */
  readonly port: number;
  /** The ports of those that have one, by `ports.NAME`. */
  readonly ports: ReadonlyMap<string, number>;
}

/** What all runs of a submission's programs have in common. */
export interface Programs {
  readonly ways: ReadonlyMap<string, Way>;
  readonly sandbox: Sandbox;
  readonly among: Parameters<Sandbox['forProgram']>[1];
  /** The copy of the submission with what was built, and the folder of the programs in it. */
  readonly source: string;
  readonly folder: string;
  /** The folder of the helpers with what was built of them. @default nothing was */
  readonly helperSource?: string;
  /** Some files that are compiled, for hints. */
  readonly sources: readonly string[];
  /** What the submission wants to have installed, for hints. @default nothing */
  readonly packages?: AskedPackages;
  readonly searchPath: string;
  readonly names: Readonly<Record<string, string>>;
}

/** The programs in a fresh copy, with the given port; `seed` makes random files repeatable. */
export async function runnablesIn(
  programs: Programs,
  place: Place,
  seed: string,
  limits?: Partial<Limits>,
): Promise<ReadonlyMap<string, Runnable>> {
  const { ways, source, folder } = programs;
  const contents = await filesOf([...ways.values()], seed);
  await place.lease.fill(source, { own: true });
  if (programs.helperSource !== undefined) await place.helpers?.fill(programs.helperSource, { own: true });
  for (const { helper, name, bytes } of contents)
    if (helper) place.helpers?.place(name, bytes);
    else place.lease.place(path.posix.join(folder, name), bytes);
  await place.lease.handOver();
  await place.helpers?.handOver();
  const own = ([name, way]: [string, Way]) =>
    runnable(programs, way, { place, seed, limits }, place.ports.get(name) ?? place.port);
  return new Map([...ways].map((entry) => [entry[0], own(entry)]));
}

interface RunOf {
  readonly place: Place;
  readonly seed: string;
  readonly limits: Partial<Limits> | undefined;
}

function runnable(programs: Programs, way: Way, run: RunOf, givenPort: number): Runnable {
  const { helper, transport, host, ready, stdinEof, stdin, env } = way.program;
  const { lease, helpers } = run.place;
  const home = helper ? (helpers?.path ?? lease.path) : path.join(lease.path, programs.folder);
  const names = namesFor(programs, way, run.place, givenPort);
  const fill = (text: string) => fillCommand(text, names);
  const limits = { ...LIMITS, ...way.program.limits, ...run.limits };
  const extra = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, fill(value)]));
  const { searchPath, sources, packages, sandbox, among } = programs;
  return {
    argv: splitCommand(fill(way.run), way.shell),
    cwd: home,
    env: environment({ home: sandbox.home ?? home, temporary: home, marker: '', searchPath, extra }),
    givenPort,
    at: (other) => runnable(programs, way, run, other),
    rule: way.port,
    ready,
    stdinEof,
    limits,
    ...defined({
      transport,
      host,
      helper: helper ? (true as const) : undefined,
      sources: sources.length === 0 ? undefined : sources,
      packages,
      programSandbox: sandbox.forProgram(limits, among),
      stdin: stdin === undefined ? undefined : inputOf(stdin, fill, run.seed),
    }),
  };
}

/** What the commands of a program may call, as the run has it. */
function namesFor(
  { names }: Programs,
  way: Way,
  { ports }: Place,
  givenPort: number,
): Readonly<Record<string, string>> {
  const numbers = Object.fromEntries([...ports].map(([name, number]) => [`ports.${name}`, String(number)]));
  const { host = '127.0.0.1' } = way.program;
  return { ...names, ...numbers, port: String(givenPort), host, ...fileNames(way) };
}

/** What is on standard input from the start: text with names in it, or a payload. */
function inputOf(stdin: Json, fill: (text: string) => string, seed: string): string | Buffer {
  return typeof stdin === 'string' ? fill(stdin) : payloadBytes(v.parse(payload, stdin), seed);
}

/** All files of the assignment that programs find in their folders. */
export async function filesOf(ways: readonly Way[], seed: string) {
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
