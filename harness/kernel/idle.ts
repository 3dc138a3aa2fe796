import { currentOf } from './program.ts';
import { SleepTracker, sleepsForGood } from './sleep-tracker.ts';
import { monotonic } from './time.ts';
import type { Kernel, ProgramSource, ThreadObservation } from './types.ts';

/** All threads must have slept on for so long, in a wait that only an event from outside can end; in milliseconds. */
export const IDLE_MS = 700;

/** Calls whose limit is a setting of the socket (SO_RCVTIMEO, SO_SNDTIMEO) and no argument. */
const ON_SOCKETS = /^(?:accept4?|read|readv|recvfrom|recvmsg|recvmmsg|splice)$/;
const NO_SOCKET = /^(?:standard input|pipe|terminal|file|timer)/;

/**
 * Tells when a program will do nothing more by itself, so that waiting on is in vain. It never says
 * so of a program with a timed wait, with a process out of its tree, or where the calls can't be seen.
 */
export class IdleWatch {
  readonly #kernel: Kernel;
  readonly #program: ProgramSource;
  readonly #sleepTracker = new SleepTracker();
  #threads: readonly ThreadObservation[] = [];
  /** Whether the sockets of a process had a time limit, and when that was asked. */
  readonly #limits = new Map<string, { readonly at: number; readonly limited: boolean }>();

  /** What its threads did at the last observation. */
  get threads(): readonly ThreadObservation[] {
    return this.#threads;
  }

  constructor(kernel: Kernel, program: ProgramSource) {
    this.#kernel = kernel;
    this.#program = program;
  }

  /** One look; true once the program has been at rest since long enough. To be called every few milliseconds. */
  async observed(): Promise<boolean> {
    if (!this.#kernel.can.calls || !this.#kernel.can.descendants) return false;
    const threads = await this.#kernel.threads(currentOf(this.#program));
    this.#threads = threads;
    const now = monotonic();
    this.#sleepTracker.update(threads, now);
    if (threads.length === 0 || !threads.every(sleepsForGood)) return false;
    if (this.#sleepTracker.allUnchangedMs(now) < IDLE_MS) return false;
    const all = await this.#kernel.processes(currentOf(this.#program), { orphans: true });
    const seen = new Set(threads.map(({ pid }) => pid));
    return all.every((pid) => seen.has(pid)) && !(await this.#mayTimeOut(threads));
  }

  /** Whether a call on a socket may end by itself: of accept() and recv() nothing shows it but the socket. */
  async #mayTimeOut(threads: readonly ThreadObservation[]): Promise<boolean> {
    const waiting = new Map<number, Set<number>>();
    for (const { pid, call = '', waitSet } of threads) {
      if (!ON_SOCKETS.test(call)) continue;
      for (const { fd, target } of waitSet?.fds ?? [])
        if (!NO_SOCKET.test(target)) waiting.set(pid, (waiting.get(pid) ?? new Set()).add(fd));
    }
    for (const [pid, fds] of waiting) if (await this.#limited(pid, [...fds])) return true;
    return false;
  }

  async #limited(pid: number, fds: readonly number[]): Promise<boolean> {
    const key = `${pid} ${fds.join(' ')}`;
    const known = this.#limits.get(key);
    if (known !== undefined && monotonic() - known.at < IDLE_MS) return known.limited;
    const limited = await this.#kernel.mayTimeOut(pid, fds);
    this.#limits.set(key, { at: monotonic(), limited });
    return limited;
  }
}
