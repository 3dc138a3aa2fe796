import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defined } from '../base/defined.ts';
import type { Controller } from '../sandbox/cgroups/hierarchies.ts';
import { guarantees, holds } from '../sandbox/guarantees.ts';
import type { Level } from '../sandbox/sandbox.ts';
import { GUARD, ROOT } from './cli.ts';
import { guard } from './fair-time.ts';
import { SHOWN_BY } from './guarantee-tests.ts';

/**
 * Who grades: root with all rights, root as in a plain container, an ordinary user, or one who grades without isolation:
 * another one, whose daemons nobody takes for what is left of the first.
 */
export type Grader = 'root' | 'container' | 'user' | 'plain';

/** What a hostile submission must come to. */
export interface Abuse {
  readonly name: string;
  readonly levels: readonly Level[];
  /** Variants of it, of which it is given one. */
  readonly kinds?: readonly string[];
  readonly kind?: string;
  readonly serves?: string;
  readonly 'serves-again'?: string;
  readonly cause?: string;
  /** Another cause that it may have where all jobs share one limit. */
  readonly uid_cause?: string;
  /** What it may use, where that is less than others may: it is ended sooner. */
  readonly limits?: Readonly<Record<string, string>>;
  /** How long is waited for its replies, where that is in vain. */
  readonly within?: string;
  readonly refused?: string;
  readonly run?: string;
  readonly furnish?: readonly ('links' | 'sparse' | 'git')[];
}

/** The hostile submissions, and their specification. */
export const ABUSES = path.join(ROOT, 'fixtures/abuse');
/** An ordinary user that nobody else is. */
export const USER = 60_550;
const PLAIN_USER = 60_551;
/** What root has in a plain container of Docker. */
export const CONTAINER =
  '-all,+chown,+dac_override,+fsetid,+fowner,+mknod,+net_raw,+setgid,+setuid,+setfcap,+setpcap,+net_bind_service,+sys_chroot,+kill,+audit_write';

/** The user that a grader is; undefined for root. */
export function ownerOf(grader: Grader): number | undefined {
  return { user: USER, plain: PLAIN_USER }[grader as string];
}

const PREFIX: Readonly<Record<Grader, readonly string[]>> = {
  root: [],
  container: ['setpriv', `--bounding-set=${CONTAINER}`, '--'],
  user: ['setpriv', `--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', '--'],
  plain: ['setpriv', `--reuid=${PLAIN_USER}`, `--regid=${PLAIN_USER}`, '--clear-groups', '--'],
};
/**
 * A network of its own with a small table of connections, which is read in no time; the kernel makes it so since Linux 6.1
 * where the network above says so. Its loopback interface is down at first.
 */
const SMALL_TABLE = 'echo 1024 > /proc/sys/net/ipv4/tcp_child_ehash_entries 2>/dev/null; exec "$@"';
const OWN_NETWORK = [
  ...['unshare', '--net', 'sh', '-c', SMALL_TABLE, 'sh'],
  ...['unshare', '--net', 'sh', '-c', 'ifconfig lo up && exec "$@"', 'sh'],
];

const LEVELS = ['full', 'uid', 'none'] as const;

/**
 * Whether a submission shows at a level that a guarantee holds; at `none`, where little is kept, and where control groups
 * keep it, one for each has to do.
 */
function isTried(
  name: string,
  row: ReturnType<typeof guarantees>[number],
  level: Level,
  controllers: readonly Controller[],
): boolean {
  const { abuses: hostile, tests } = SHOWN_BY[row.id];
  if (!holds(row, level, controllers) || tests?.[level] !== undefined) return false;
  return (level !== 'none' && row[level] === 'holds') || hostile?.[0] === name;
}

/** All hostile submissions, each at the levels at which a guarantee holds that it shows; `controllers` as in `holds`. */
export function abuses(controllers: readonly Controller[] = []): Abuse[] {
  return readdirSync(ABUSES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const rows = guarantees().filter(({ id }) => SHOWN_BY[id].abuses?.includes(name));
      const levels = LEVELS.filter((level) => rows.some((row) => isTried(name, row, level, controllers)));
      const abuse = JSON.parse(readFileSync(path.join(ABUSES, name, 'abuse.json'), 'utf8'));
      const all: (string | undefined)[] = abuse.kinds ?? [undefined];
      return all.map((kind) => ({
        ...abuse,
        name,
        levels,
        ...defined({ kind }),
      }));
    });
}

/** The grader as it is installed, where an ordinary user can read it, and a place for what is graded. */
export interface Stage {
  readonly folder: string;
  command(grader: Grader, args: readonly string[], place?: Place): readonly string[];
  /** Runs the command to its end. */
  run(grader: Grader, args: readonly string[], place?: Place): Promise<Result>;
  start(
    grader: Grader,
    args: readonly string[],
    place?: Place,
  ): { child: ChildProcess; result: Promise<Result> };
  /** A folder of a grader's own. */
  own(grader: Grader, name: string): string;
  remove(): void;
}

/** Where a grader runs. */
export interface Place {
  /** In a network of its own, whatever the level is. @default false */
  readonly network?: boolean;
}

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function makeStage(): Stage {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'abuse-stage-'));
  chmodSync(folder, 0o755);
  for (const part of ['dist/cli', 'dist/worker', 'dist/bundles', 'package.json', 'specs'])
    cpSync(path.join(ROOT, part), path.join(folder, 'grader', part), { recursive: true });
  spawnSync('chmod', ['-R', 'a+rX', path.join(folder, 'grader')]);
  const main = path.join(folder, 'grader/dist/cli/main.js');
  const command = (grader: Grader, args: readonly string[], { network = false }: Place = {}) => [
    ...(network ? OWN_NETWORK : []),
    ...PREFIX[grader],
    ...[process.execPath, main, ...args],
  ];
  const start = (grader: Grader, args: readonly string[], place?: Place) => {
    const [file = '', ...rest] = command(grader, args, place);
    const child = spawn(file, rest, {
      cwd: folder,
      env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', HOME: '/tmp', ABUSE_SECRET: 'ABUSE_SECRET' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (bytes: Buffer) => {
      stdout += bytes.toString('utf8');
    });
    child.stderr.on('data', (bytes: Buffer) => {
      stderr += bytes.toString('utf8');
    });
    const result = new Promise<Result>((resolve, reject) => {
      const done = guard(GUARD, (message) => {
        child.kill('SIGKILL');
        reject(new Error(`as ${grader}, ${args.join(' ')}: ${message}\n${stdout}${stderr}`));
      });
      child.on('close', (code) => {
        done();
        resolve({ code, stdout, stderr });
      });
    });
    return { child, result };
  };
  return {
    folder,
    command,
    start,
    run: (grader, args, place) => start(grader, args, place).result,
    own(grader, name) {
      const place = path.join(folder, `${name}-${randomBytes(4).toString('hex')}`);
      mkdirSync(place, { mode: 0o700 });
      const owner = ownerOf(grader);
      if (owner !== undefined) chownSync(place, owner, owner);
      return place;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly uid: number;
  readonly args: string;
}

function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, 'utf8');
        const field = (key: string) => new RegExp(`^${key}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';
        if (field('State') === 'Z') return [];
        const args = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return [{ pid: Number(name), parent: Number(field('PPid')), uid: Number(field('Uid')), args }];
      } catch {
        return [];
      }
    });
}

/** Everything that a process started and that is still its own, itself left out. */
export function descendants(pid: number): Process[] {
  const all = processes();
  const found = new Set([pid]);
  for (let grown = true; grown; ) {
    const more = all.filter((one) => !found.has(one.pid) && found.has(one.parent));
    for (const one of more) found.add(one.pid);
    grown = more.length > 0;
  }
  return all.filter((one) => one.pid !== pid && found.has(one.pid));
}

/** Processes of a user that programs run as, which no grader is above any more: other tests grade at the same time. */
export function leftProcesses(): string[] {
  const all = processes();
  const byPid = new Map(all.map((one) => [one.pid, one]));
  const isWatched = (one: Process): boolean => {
    for (let above = byPid.get(one.parent); above; above = byPid.get(above.parent))
      if (/main\.c?js/.test(above.args) || above.args.includes('jest')) return true;
    return false;
  };
  return all
    .filter(({ uid }) => uid === USER || (uid >= 60_600 && uid < 61_100))
    .filter((one) => !isWatched(one))
    .map(({ pid, args }) => `${pid} ${args}`);
}
