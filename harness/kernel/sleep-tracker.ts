import type { ThreadState } from '../model/index.ts';
import type { ThreadObservation } from './types.ts';

/** Calls that nothing but an event from outside ends, as long as no time limit is set. */
const LASTING = new Set([
  ...['accept', 'accept4', 'read', 'readv', 'recvfrom', 'recvmsg', 'recvmmsg', 'splice'],
  ...['poll', 'ppoll', 'select', 'pselect6', 'epoll_wait', 'epoll_pwait', 'epoll_pwait2'],
  ...['futex', 'futex_waitv', 'wait4', 'waitid'],
]);

/** Does the thread sleep in a wait without a time limit, so that only an event can wake it? */
export function sleepsForGood({ state, call, timedSleep, waitSet, service }: ThreadObservation): boolean {
  if (service) return state === 'S' && (call?.startsWith('futex') ?? false);
  if (state !== 'S' || timedSleep || call === undefined || !LASTING.has(call)) return false;
  return waitSet === undefined || waitSet.fds.length > 0;
}

/** Whether a signal has stopped a thread, or a tracer has. */
export function isStopped({ state }: ThreadState): boolean {
  return state === 'T' || state === 't';
}

interface Sleep {
  readonly switches: string;
  readonly since: number;
}

/** Keeps account of how long each thread has slept without a context switch. */
export class SleepTracker {
  #since = new Map<string, Sleep>();
  #same = false;
  readonly #naps = new Map<string, { readonly voluntary: number; readonly count: number }>();

  /** Takes the observations of one moment; all threads of the program must be among them. */
  update(observations: readonly ThreadObservation[], now: number): void {
    const next = new Map<string, Sleep>();
    this.#same = observations.length === this.#since.size;
    for (const observed of observations) {
      const key = keyOf(observed);
      // A runtime's helper wakes now and then and does nothing for the program; it counts while it runs.
      const switches = observed.service
        ? observed.state
        : `${observed.state} ${observed.voluntary} ${observed.involuntary}`;
      const last = this.#since.get(key);
      const same = last?.switches === switches && observed.state === 'S';
      next.set(key, same ? last : { switches, since: now });
      this.#same &&= same;
      this.#countNap(key, observed);
    }
    this.#since = next;
  }

  /** Whether all threads of the last two moments are the same, and slept on. */
  get sameAsBefore(): boolean {
    return this.#same;
  }

  /** Milliseconds for which a thread has slept on. */
  unchangedMs(observed: ThreadObservation, now: number): number {
    return now - (this.#since.get(keyOf(observed))?.since ?? now);
  }

  /** Milliseconds for which all threads have slept on. */
  allUnchangedMs(now: number): number {
    return now - Math.max(...[...this.#since.values()].map(({ since }) => since), -Infinity);
  }

  /** A runnable thread never naps; each sleep has a number of voluntary switches of its own. */
  #countNap(key: string, { state, timedSleep, call, voluntary }: ThreadObservation): void {
    // Runtimes have threads that wait for others with a time limit, again and again.
    if (state !== 'S' || !timedSleep || call?.startsWith('futex')) return;
    const last = this.#naps.get(key);
    if (last?.voluntary !== voluntary) this.#naps.set(key, { voluntary, count: (last?.count ?? 0) + 1 });
  }

  /** In how many different sleeps with a time limit a thread was seen. */
  naps(observed: ThreadObservation): number {
    return this.#naps.get(keyOf(observed))?.count ?? 0;
  }
}

function keyOf({ pid, tid }: ThreadObservation): string {
  return `${pid}:${tid}`;
}
