import type { ProgramRef } from '../types.ts';
import { linkOf, linksTo, numbers, readAgain, readText } from './proc.ts';

/** State letter, parent and process group of a process or thread from its `stat` file, or null when it is gone. */
export function statOf(folder: string): { state: string; parent: number; group: number } | null {
  const text = readAgain(`${folder}/stat`);
  if (!text) return null;
  // The name in parentheses may hold anything, even a closing one.
  const [state, parent, group] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return state && parent ? { state, parent: Number(parent), group: Number(group) } : null;
}

/** Links to a folder of proc_pid_task(5) with a single thread: that one's folder, `.`, and its name. */
const LINKS_OF_ONE = 3;

/** Threads of a process. */
export function threadsOf(pid: number): number[] {
  const folder = `/proc/${pid}/task`;
  // Most have one, which has the number of the process; to ask how many there are takes half the time of listing them.
  const links = linksTo(folder);
  if (links === LINKS_OF_ONE) return [pid];
  return links === 0 ? [] : numbers(folder);
}

/** Is the process alive? One whose first thread ended is a zombie by its state and alive while others run. */
export function isAlive(pid: number): boolean {
  const stat = statOf(`/proc/${pid}`);
  if (!stat) return false;
  if (!isDead(stat.state)) return true;
  return threadsOf(pid).some((tid) => {
    const thread = tid === pid ? null : statOf(`/proc/${pid}/task/${tid}`);
    return thread !== null && !isDead(thread.state);
  });
}

/** Is it the state letter of something that will not run again? */
export function isDead(state: string): boolean {
  return state === 'Z' || state === 'X' || state === 'x';
}

/** The processes of a program, from `task/TID/children` where the system has it, else from each one's parent. */
export class Processes {
  readonly #childrenFile: boolean;

  constructor(options: { readonly childrenFile: boolean }) {
    this.#childrenFile = options.childrenFile;
  }

  /** Those that are alive. */
  async of(program: ProgramRef, orphans: boolean): Promise<number[]> {
    return (await this.all(program, orphans)).filter(isAlive);
  }

  /** The same with zombies, for who looks at each anyway. */
  async all(program: ProgramRef, orphans = false): Promise<number[]> {
    if (program.keeper !== undefined)
      return this.#withDescendants([program.keeper]).filter((pid) => pid !== program.keeper);
    const roots = program.exited ? [] : [program.pid];
    if (orphans || program.exited) roots.push(...(await marked(program)));
    return this.#withDescendants(roots);
  }

  #withDescendants(roots: readonly number[]): number[] {
    const children = this.#childrenFile ? childrenOf : byParent();
    const seen = new Set<number>();
    const queue = [...roots];
    for (let pid = queue.shift(); pid !== undefined; pid = queue.shift()) {
      if (seen.has(pid)) continue;
      seen.add(pid);
      queue.push(...children(pid));
    }
    return [...seen];
  }
}

/** Children of a process; while others of its children end at that very moment some may be left out. */
export function childrenOf(pid: number): number[] {
  return threadsOf(pid).flatMap((tid) =>
    (readAgain(`/proc/${pid}/task/${tid}/children`) ?? '').split(' ').filter(Boolean).map(Number),
  );
}

function byParent(): (pid: number) => number[] {
  const children = new Map<number, number[]>();
  for (const pid of numbers('/proc')) {
    const parent = statOf(`/proc/${pid}`)?.parent;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  return (pid) => children.get(pid) ?? [];
}

/** `NAME=` of a marker. */
function nameOf(marker: string): string {
  return marker.slice(0, marker.indexOf('=') + 1);
}

function worksIn(pid: number, folder: string): boolean {
  const cwd = linkOf(`/proc/${pid}/cwd`);
  return cwd === folder || (cwd?.startsWith(`${folder}/`) ?? false);
}

/**
 * Processes that were started without any marker, so that neither they nor a later look at them can show one: a marker
 * is only inherited. (What the grader itself has forked shows none for a moment; that one is known by its number.)
 */
class Strangers {
  readonly #pids = new Set<number>();
  #lastPid = 0;

  /** Numbers are given out in rising order, see the last field in proc_loadavg(5): when that falls, they are used again. */
  refresh(): void {
    const last = Number((readText('/proc/loadavg') ?? '').trim().split(' ').at(-1));
    if (!(last >= this.#lastPid)) this.#pids.clear();
    this.#lastPid = last;
  }

  has(pid: number): boolean {
    return this.#pids.has(pid);
  }

  add(pid: number): void {
    this.#pids.add(pid);
  }
}

/** A process in the middle of execve(2) has no environment for a moment; the kernel's own threads never have a program. */
function isEstablished(pid: number, environment: string): boolean {
  return environment !== '' || linkOf(`/proc/${pid}/exe`) === null;
}

const strangers = new Strangers();
const SCAN_SLICE = 16;

/**
 * Processes that carry the marker in the environment that they were started with. Read in small slices and not in
 * the thread pool: hundreds of files there would hold up the socket tables of everybody.
 */
async function marked({ marker, folder }: ProgramRef): Promise<number[]> {
  strangers.refresh();
  const pids = numbers('/proc');
  const found: number[] = [];
  for (let at = 0; at < pids.length; at += SCAN_SLICE) {
    for (const pid of pids.slice(at, at + SCAN_SLICE)) {
      const known = strangers.has(pid);
      // One of another user, or gone in between, can't be read: not ours.
      const text = known ? '' : (readText(`/proc/${pid}/environ`) ?? '');
      const environment = text.split('\0');
      const isMarked = environment.some((entry) => entry.startsWith(nameOf(marker)));
      if (!known && !isMarked && isEstablished(pid, text)) strangers.add(pid);
      if (environment.includes(marker)) found.push(pid);
      // Daemons that set their title overwrite their environment; where they work still tells whose they are.
      else if (folder !== undefined && !isMarked && worksIn(pid, folder)) found.push(pid);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return found;
}
