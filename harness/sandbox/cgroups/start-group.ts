import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Limits } from '../../model/index.ts';
import { SPARE_PROCESSES } from '../limits.ts';
import type { ControlGroups, GroupFolder } from './group-folders.ts';
import { removeGroups } from './open-groups.ts';

/** The control groups of one start of a program. */
export interface StartGroup {
  /** Files; who writes 0 to each of them is in the groups. */
  readonly entries: readonly string[];
  /** Bytes that the kernel counts for it, files aside; undefined where it does not count. */
  memory(limit: number): number | undefined;
  /** Whether the kernel ended one of its processes since it took more memory than there may be. */
  outOfMemory(): boolean;
  /** Whether the kernel refused it a process or thread since it had as many as there may be. */
  outOfProcesses(): boolean;
  /** Ends all that is in it at once; fulfilled once nothing is left, or not soon. */
  kill(): Promise<void>;
  /** Removes it, once nothing is in it. */
  remove(): void;
}

export interface StartGroupOptions {
  readonly limits: Limits;
  /** Most that its files can come to, in bytes: they are in memory, too. */
  readonly files: number;
  /** So many bytes of shared memory are taken for files and not counted. @default all */
  readonly free?: number;
  /** Whether all must be ended by the group, since no namespace does it. @default false */
  readonly ends?: boolean;
  /** Does something with the privilege that is given up at other times. */
  readonly around?: <T>(work: () => T) => T;
}

/** Longest time until what was killed is gone, in milliseconds, and how often it is looked. */
const PATIENCE = 5_000;
const EVERY = 2;
/** What the kernel may count beyond the limit of memory: who takes that is seen to be over it by the sampler. */
const BEYOND = 1.25;

let count = 0;

/** Makes groups for one start; undefined where there are none. */
export function startGroup(
  groups: ControlGroups,
  {
    limits,
    files,
    free = Number.POSITIVE_INFINITY,
    ends = false,
    around = (work) => work(),
  }: StartGroupOptions,
): StartGroup | undefined {
  count += 1;
  const name = `${process.pid}-${count}`;
  // To enter a group of version 2 takes the kernel some milliseconds: not where it is good for nothing.
  const wanted = groups.filter(
    ({ version, controllers }) => controllers.length > 0 || (ends && version === 2),
  );
  const made = around(() => wanted.flatMap((group) => make(group, name, limits, files)));
  if (made.length === 0) return undefined;
  const memory = made.find(({ controllers }) => controllers.includes('memory'));
  const pids = made.find(({ controllers }) => controllers.includes('pids'));
  const killer = made.find(({ version }) => version === 2) ?? made[0];
  return {
    entries: made.map(({ version, folder }) => path.join(folder, version === 1 ? 'tasks' : 'cgroup.procs')),
    memory: (limit) => (memory === undefined ? undefined : memoryOf(memory, { limit, free, around })),
    outOfMemory: () =>
      memory !== undefined &&
      eventsOf(memory, memory.version === 1 ? 'memory.oom_control' : 'memory.events', 'oom_kill') > 0,
    outOfProcesses: () => pids !== undefined && eventsOf(pids, 'pids.events', 'max') > 0,
    async kill() {
      if (killer === undefined) return;
      const isEmpty = () => read(path.join(killer.folder, 'cgroup.procs')).trim() === '';
      for (const end = Date.now() + PATIENCE; !isEmpty() && Date.now() < end; ) {
        around(() => endAll(killer));
        await new Promise((resolve) => setTimeout(resolve, EVERY));
      }
    },
    remove() {
      around(() => {
        for (const { folder } of made) removeGroups(folder);
      });
    },
  };
}

function make(
  { folder: parent, version, controllers }: GroupFolder,
  name: string,
  limits: Limits,
  files: number,
): GroupFolder[] {
  const folder = path.join(parent, name);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    const set = (file: string, value: number | string) =>
      writeFileSync(path.join(folder, file), String(value));
    // Before RLIMIT_NPROC refuses them, which would not be reported.
    if (controllers.includes('pids')) set('pids.max', limits.processes + SPARE_PROCESSES / 2);
    if (controllers.includes('memory')) {
      set(version === 1 ? 'memory.limit_in_bytes' : 'memory.max', Math.ceil(limits.memory * BEYOND) + files);
      if (version === 2) set('memory.oom.group', 1);
      // Buffers of sockets are counted only where they have a limit.
      else set('memory.kmem.tcp.limit_in_bytes', Math.ceil(limits.memory * BEYOND));
    }
    return [{ version, folder, controllers }];
  } catch {
    // Without a group it is started as on a machine that has none.
    try {
      rmdirSync(folder);
    } catch {
      // There is none.
    }
    return [];
  }
}

interface Counting {
  readonly limit: number;
  readonly free: number;
  readonly around: <T>(work: () => T) => T;
}

/** Memory of its processes and what the kernel keeps for them; pages of files come back when they are needed elsewhere. */
function memoryOf({ folder, version }: GroupFolder, { limit, free, around }: Counting): number {
  const of = (file: string) => read(path.join(folder, file));
  const stat = numbers(of('memory.stat'));
  const get = (...names: readonly string[]) => names.reduce((sum, name) => sum + (stat.get(name) ?? 0), 0);
  const shared = Math.max(0, get('shmem') - free);
  if (version === 2) {
    const kernel = stat.get('kernel') ?? get('kernel_stack', 'pagetables', 'percpu', 'slab');
    return get('anon', 'sock') + kernel - get('slab_reclaimable') + shared;
  }
  const own = get('rss') + shared + Number(of('memory.kmem.tcp.usage_in_bytes'));
  const kernel = () => Number(of('memory.kmem.usage_in_bytes'));
  if (own + kernel() <= limit || own > limit) return own + kernel();
  // Names of files that it has looked up count as well, until they are asked back.
  around(() => write(path.join(folder, 'memory.force_empty'), '0'));
  return own + kernel();
}

/** How often something has happened in a group. */
function eventsOf({ folder }: GroupFolder, file: string, event: string): number {
  return numbers(read(path.join(folder, file))).get(event) ?? 0;
}

function endAll({ folder, version }: GroupFolder): void {
  if (version === 2 && write(path.join(folder, 'cgroup.kill'), '1')) return;
  for (const pid of read(path.join(folder, 'cgroup.procs')).split('\n').filter(Boolean)) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It is gone already.
    }
  }
}

/** Lines of a name and a number. */
function numbers(text: string): ReadonlyMap<string, number> {
  return new Map(text.split('\n').map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]));
}

function write(file: string, text: string): boolean {
  try {
    writeFileSync(file, text);
    return true;
  } catch {
    return false;
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
