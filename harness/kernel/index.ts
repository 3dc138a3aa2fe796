import { LinuxKernel } from './linux/kernel.ts';
import { openPortable } from './portable/kernel.ts';
import { linuxSelfTest } from './self-test.ts';
import type { Kernel } from './types.ts';

export { type Activity, activity, calmActivity } from './activity.ts';
export { swappedPort } from './listen-choice.ts';
export { positiveControl } from './positive-control.ts';
export { receptive } from './receptive.ts';
export { Rest } from './rest.ts';
export { asleep, naps, settled } from './settled.ts';
export { standstill } from './standstill.ts';
export { isStopped } from './stillness.ts';
export { deadlineIn, monotonic, poll } from './time.ts';
export type * from './types.ts';
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
