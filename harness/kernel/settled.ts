import { currentOf } from './program.ts';
import { Stillness } from './stillness.ts';
import { monotonic, poll, type WaitOptions } from './time.ts';
import type { Kernel, ProgramSource } from './types.ts';

const STILL_MS = 10;
const EVERY_MS = 5;

/**
 * Waits until every thread of a program has slept on for 10 ms, or none is left; false when that was not seen in time.
 */
export function settled(kernel: Kernel, program: ProgramSource, options: WaitOptions): Promise<boolean> {
  return sleeps(kernel, program, options, 0);
}

/** As `settled`, but one that has ended does not sleep, though its end may not have been reported yet. */
export function asleep(kernel: Kernel, program: ProgramSource, options: WaitOptions): Promise<boolean> {
  return sleeps(kernel, program, options, 1);
}

async function sleeps(
  kernel: Kernel,
  program: ProgramSource,
  options: WaitOptions,
  leastThreads: number,
): Promise<boolean> {
  if (!kernel.can.calls) return false;
  const clock = options.clock ?? monotonic;
  const stillness = new Stillness();
  const ask = async () => {
    const looks = await kernel.threads(currentOf(program));
    const now = clock();
    stillness.update(looks, now);
    return (looks.length >= leastThreads && stillness.allUnchangedMs(now) >= STILL_MS) || null;
  };
  return (await poll(ask, { ...options, everyMs: EVERY_MS })) ?? false;
}
