import { type Kernel, type ProgramSource, quietActivity } from '../kernel/index.ts';
import { reservePort } from '../net/port.ts';
import { startUnseen } from './control-start.ts';
import type { Scene } from './instances.ts';
import { OldConnections } from './old-connections.ts';
import { watchPrinting } from './watch-printing.ts';

/** How long it may take to watch it, in milliseconds. */
const WATCHING = 10_000;

/**
 * The control to a program that is busy once a client has been there: started once more, unseen, is it busy before any
 * client comes? Then that is not what the client brought about. Records null where it could not be watched.
 */
export async function controlBusy(
  scene: Scene,
  program: string,
  { forMs, maxShare }: { readonly forMs: number; readonly maxShare: number },
): Promise<void> {
  let busy: boolean | null = null;
  try {
    busy = await isBusyAlone(scene, program, forMs, maxShare);
  } finally {
    scene.recorder.record({ type: 'observed', observation: { what: 'busy_trial', program, busy } });
  }
}

async function isBusyAlone(
  scene: Scene,
  program: string,
  forMs: number,
  maxShare: number,
): Promise<boolean | null> {
  const { kernel, signal } = scene.surroundings;
  const runnable = scene.instances.runnable(program);
  const old = new OldConnections(kernel);
  // The one that is judged has its own port still.
  const fresh = await reservePort((candidate) => old.isClean(candidate));
  const trial = typeof runnable.rule === 'number' ? undefined : runnable.at?.(fresh.port);
  try {
    if (trial === undefined) return null;
    const where = { port: trial.givenPort, within: WATCHING, untilIdle: false };
    return await startUnseen(scene, trial, where, async ({ state, ref, deadline, printed }) => {
      if (state !== 'listening') return null;
      const options = { forMs, maxShare, deadline, signal };
      return isBusy(kernel, ref, options, printed);
    });
  } finally {
    fresh.release();
  }
}

/** On a crowded machine a program may be late with its loop; it is not busy only when it stays quiet. */
const QUIET_OBSERVATIONS = 4;

async function isBusy(
  kernel: Kernel,
  ref: ProgramSource,
  options: Parameters<typeof quietActivity>[2],
  printed: () => number,
): Promise<boolean | null> {
  for (let seenQuiet = 0; seenQuiet < QUIET_OBSERVATIONS; seenQuiet += 1) {
    const seen = await watchPrinting(() => quietActivity(kernel, ref, options), {
      kernel,
      program: ref,
      printed,
      goesOn: ({ alive }) => alive && !options.deadline(),
      isBusy: ({ share }) => (share ?? 0) >= options.maxShare,
    });
    const { alive, share } = seen.found;
    if (seen.printed !== undefined) return true;
    if (!alive || share === null) return null;
    if (share >= options.maxShare) return true;
  }
  return false;
}
