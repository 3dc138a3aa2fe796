import { currentOf } from './program.ts';
import { SleepTracker, sleepsForGood } from './sleep-tracker.ts';
import { monotonic, poll, type WaitOptions } from './time.ts';
import type { Kernel, ProgramSource, ThreadObservation } from './types.ts';

const IDLE_MS = 10;
const EVERY_MS = 5;

export interface AsleepOptions extends WaitOptions {
  /**
   * Whoever naps (nanosleep(2), or select(2) of nothing) is waited for until that is over: it goes on by itself then.
   * @default false
   */
  readonly throughNaps?: boolean;
  /**
   * Threads that all wait without a time limit count at once, and not only after 10 ms. Not where something may still be
   * on its way to them: on a busy machine the kernel may take its time to deliver it.
   * @default false
   */
  readonly atOnce?: boolean;
}

/**
 * Waits until every thread of a program has slept on for 10 ms, or none is left; false when that was not seen in time.
 */
export function asleepOrEnded(
  kernel: Kernel,
  program: ProgramSource,
  options: AsleepOptions,
): Promise<boolean> {
  return sleeps(kernel, program, options, 0);
}

/** As `asleep`, but one that has ended does not sleep, though its end may not have been reported yet. */
export function asleep(kernel: Kernel, program: ProgramSource, options: AsleepOptions): Promise<boolean> {
  return sleeps(kernel, program, options, 1);
}

async function sleeps(
  kernel: Kernel,
  program: ProgramSource,
  options: AsleepOptions,
  leastThreads: number,
): Promise<boolean> {
  if (!kernel.can.calls) return false;
  const clock = options.clock ?? monotonic;
  const sleepTracker = new SleepTracker();
  const naps = new FirstNaps();
  const ask = async () => {
    const observed = async () => {
      const observations = await kernel.threads(currentOf(program));
      sleepTracker.update(observations, clock());
      return observations;
    };
    let observations = await observed();
    // Who waits for good in two looks waited for good between them, all at once.
    const waits = options.atOnce === true && observations.length > 0 && observations.every(sleepsForGood);
    if (waits) observations = await observed();
    if (options.throughNaps && naps.goOn(observations)) return null;
    const forGood = waits && observations.every(sleepsForGood) && sleepTracker.sameAsBefore;
    const still = sleepTracker.allUnchangedMs(clock()) >= IDLE_MS;
    return (observations.length >= leastThreads && (forGood || still)) || null;
  };
  return (await poll(ask, { ...options, everyMs: EVERY_MS })) ?? false;
}

/** Naps in which threads were found at first; who wakes and naps again has had its chance to do something. */
class FirstNaps {
  readonly #voluntary = new Map<number, number>();

  /** Whether a thread is in the nap still in which it was found. */
  goOn(observations: readonly ThreadObservation[]): boolean {
    let napping = false;
    for (const observed of observations.filter(naps)) {
      const first = this.#voluntary.get(observed.tid) ?? observed.voluntary;
      this.#voluntary.set(observed.tid, first);
      napping ||= first === observed.voluntary;
    }
    return napping;
  }
}

/** Does a thread sleep for a time, whatever happens? */
export function naps({ state, call, timedSleep, waitSet, service }: ThreadObservation): boolean {
  if (service || state !== 'S') return false;
  if (call === 'nanosleep' || call === 'clock_nanosleep') return true;
  const selects = ['select', 'pselect6', 'poll', 'ppoll'].includes(call ?? '');
  return selects && timedSleep && waitSet?.fds.length === 0;
}
