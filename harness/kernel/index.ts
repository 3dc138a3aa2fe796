import { LinuxKernel } from './linux/kernel.ts';
import { openPortable } from './portable/kernel.ts';
import { linuxSelfTest } from './self-test.ts';
import type { Kernel } from './types.ts';

export { type Activity, activity, quietActivity } from './activity.ts';
export { asleep, asleepOrEnded, naps } from './asleep.ts';
export { callWord } from './describe.ts';
export { IDLE_MS, IdleWatch } from './idle.ts';
export { swappedPort } from './listen-choice.ts';
export { positiveControl } from './positive-control.ts';
export { receptive } from './receptive.ts';
export { isStopped } from './sleep-tracker.ts';
export { stalledClock } from './stalled-clock.ts';
export { deadlineIn, monotonic, poll } from './time.ts';
export type * from './types.ts';
export { bytesUnderWay } from './under-way.ts';
export { waitListening } from './wait-listening.ts';
export { watchBlocked } from './watch-blocked.ts';

/** Opens the best witness that this machine offers, decided by trying; `force` takes the one named whatever it shows. */
export async function openKernel(options: { readonly force?: Kernel['kind'] } = {}): Promise<Kernel> {
  if (options.force === 'portable') return openPortable();
  if (options.force === undefined && process.platform !== 'linux') return openPortable();
  const found = await linuxSelfTest();
  if (options.force === undefined && !found.can.listeners) return openPortable();
  return new LinuxKernel(found);
}
