import { currentOf } from './program.ts';
import { Stillness } from './stillness.ts';
import { monotonic, poll, type WaitOptions } from './time.ts';
import type { Kernel, ProgramSource } from './types.ts';

const STILL_MS = 10;
const EVERY_MS = 5;

/** Waits until every thread of a program has slept on for 10 ms; false when that was not seen in time. */
export async function settled(
  kernel: Kernel,
  program: ProgramSource,
  options: WaitOptions,
): Promise<boolean> {
  if (!kernel.can.calls) return false;
  const clock = options.clock ?? monotonic;
  const stillness = new Stillness();
  const ask = async () => {
    const looks = await kernel.threads(currentOf(program));
    const now = clock();
    stillness.update(looks, now);
    return stillness.allUnchangedMs(now) >= STILL_MS || null;
  };
  return (await poll(ask, { ...options, everyMs: EVERY_MS })) ?? false;
}
