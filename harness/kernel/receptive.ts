import { currentOf } from './program.ts';
import { isStopped, SleepTracker } from './sleep-tracker.ts';
import { monotonic, poll, type WaitOptions } from './time.ts';
import type { Kernel, ProgramSource, WaitTarget } from './types.ts';

const IDLE_MS = 10;
const EVERY_MS = 3;

/**
 * Waits until a program has done what it does with a new client: it waits for bytes from it, all of its threads have
 * slept on for 10 ms, or they are stopped. False when none of this was seen in time, or can't be seen.
 */
export async function receptive(
  kernel: Kernel,
  program: ProgramSource,
  target: WaitTarget,
  options: WaitOptions,
): Promise<boolean> {
  if (!kernel.can.calls) return false;
  const clock = options.clock ?? monotonic;
  const sleepTracker = new SleepTracker();
  const ask = async () => {
    const { state, threads } = await kernel.waiters(currentOf(program), target);
    const now = clock();
    sleepTracker.update(threads, now);
    const stopped = threads.length > 0 && threads.every(isStopped);
    return state === 'waiting' || stopped || sleepTracker.allUnchangedMs(now) >= IDLE_MS || null;
  };
  return (await poll(ask, { ...options, everyMs: EVERY_MS })) ?? false;
}
