import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';
import type { Readable } from 'node:stream';
import { bubblewrap } from './bubblewrap.ts';
import { firstProcess } from './first-process.ts';
import { LIMITS, rlimits } from './limits.ts';
import { filterOf, outer, rootOf } from './outer.ts';
import { SYSTEM_ENVIRONMENT } from './system-environment.ts';
import { dropTo } from './uid.ts';
import { DONE, LOOKED_AT, watched } from './watch-probe.ts';

/** Things that a program must not get at. */
export interface Bait {
  /** A file that only the grader may read. */
  readonly file: string;
  /** A port of the host where something listens. */
  readonly port: number;
  readonly grader: ProcessName;
}

/** What names a process beyond doubt: its number is another process's in another namespace. */
export interface ProcessName {
  readonly pid: number;
  /** When it began, in ticks since the machine did; see proc_pid_stat(5). */
  readonly start: string;
  /** The namespace in which it has its number, as `readlink /proc/self/ns/pid` shows it. */
  readonly namespace: string;
}

/** The grader itself. */
export function thisProcess(): ProcessName {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  return {
    pid: process.pid,
    start: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '',
    namespace: readlinkSync('/proc/self/ns/pid'),
  };
}

/** What a program could do, and what of it the grader was not allowed to see; or why it could not even be started. */
export type Probe =
  | { readonly reached: readonly string[]; readonly unseen: readonly string[] }
  | { readonly failed: string };

/** Longest time that a probe may take, in milliseconds. */
const PATIENCE = 20_000;

/** The descriptor that is a program's standard output at level `full`. */
const FULL_OUTPUT = 6;

/** Tries what a hostile program would, and says what worked; then it waits to be looked at. */
const TRY = `
my ($file, $port, $grader, $start, $namespace) = @ARGV;
my @reached;
# As process 1 or 2 of a container the grader has a number that the probe's own processes may have here.
my $shared = (readlink('/proc/self/ns/pid') // '') eq $namespace;
my $seen = open(my $stat, '<', "/proc/$grader/stat") && <$stat> =~ /.*\\) (.*)/ && (split(/ /, $1))[19] eq $start;
push @reached, 'root' if $< == 0 && !-e '/work';
push @reached, 'file' if open(my $bait, '<', $file);
if (socket(my $client, 2, 1, 0)) {
  push @reached, 'network' if connect($client, pack('S n C4 x8', 2, $port, 127, 0, 0, 1));
}
push @reached, 'environment' if ($shared || $seen) && open(my $environ, '<', "/proc/$grader/environ");
push @reached, 'signal' if ($shared || $seen) && kill(0, $grader);
push @reached, 'kernel' if open(my $core, '+<', '/proc/sys/kernel/core_pattern');
push @reached, 'vsock' if socket(my $vsock, 40, 1, 0);
if (opendir(my $dir, '/proc')) {
  push @reached, 'processes' if 3 < grep { /^[0-9]+$/ } readdir($dir);
}
$| = 1;
print "reached @reached\\n";
$0 = '${DONE}';
sleep(${LOOKED_AT});
`;

function attempt({ file, port, grader }: Bait): string[] {
  const { pid, start, namespace } = grader;
  return ['perl', '-e', TRY, '--', file, String(port), String(pid), start, namespace];
}

/** The command that starts another one in a sandbox of level `full`, just as programs are started; empty where there is none. */
export function probeCommand(base: string, uid: number | undefined): string[] {
  const first = firstProcess(rlimits(LIMITS, os.totalmem()));
  if (first === undefined) return [];
  const sandbox = bubblewrap({
    root: rootOf(base),
    folder: `${rootOf(base)}/work`,
    env: SYSTEM_ENVIRONMENT,
    first,
  });
  return [
    ...outer({ base, root: uid !== undefined }),
    ...watched(FULL_OUTPUT),
    ...['sh', '-c', 'exec "$@" 3<"$0"', filterOf(base)],
    ...(uid === undefined ? [] : dropTo(uid)),
    ...sandbox,
  ];
}

/** Starts a probe inside a sandbox of level `full`; `uid` when it is root that grades. */
export function probeFull(bait: Bait, base: string, uid: number | undefined): Promise<Probe> {
  const command = probeCommand(base, uid);
  if (command.length === 0) return Promise.resolve({ failed: `the processor ${process.arch} is not known` });
  return probe([...command, ...attempt(bait)]);
}

/** Starts a probe as another user. */
export function probeUid(bait: Bait, uid: number): Promise<Probe> {
  return probe([...watched(1, uid), ...dropTo(uid), ...attempt(bait)], 1);
}

function probe([command = '', ...args]: readonly string[], output = FULL_OUTPUT): Promise<Probe> {
  const child = spawn(command, args, {
    env: SYSTEM_ENVIRONMENT,
    detached: true,
    timeout: PATIENCE,
    killSignal: 'SIGKILL',
    stdio: ['ignore', output === 1 ? 'pipe' : 'ignore', 'pipe', 'ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  const said = collect(child, output);
  const complaints = collect(child, 2);
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ failed: error.code === 'ENOENT' ? `there is no command ${command}` : error.message }),
    );
    child.once('close', () => {
      const [, reached, unseen] = /^reached ?(.*)\nunseen ?(.*)\n$/.exec(said()) ?? [];
      if (reached !== undefined) resolve({ reached: wordsOf(reached), unseen: wordsOf(unseen) });
      else resolve({ failed: complaints().trim().split('\n').at(-1) || 'it ended without a word' });
    });
  });
}

function wordsOf(line = ''): string[] {
  return line.split(' ').filter(Boolean);
}

function collect(child: ChildProcess, descriptor: number): () => string {
  let text = '';
  const stream = child.stdio[descriptor] as Readable | null;
  stream?.on('data', (bytes: Buffer) => {
    text += bytes.toString('utf8');
  });
  stream?.on('error', () => {});
  return () => text;
}
