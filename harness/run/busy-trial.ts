import { type Kernel, type ProgramSource, quietActivity } from '../kernel/index.ts';
import { reservePort } from '../net/port.ts';
import { startUnseen } from './control-start.ts';
import type { Scene } from './instances.ts';
import { OldConnections } from './old-connections.ts';

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
    const where = { port: trial.givenPort, within: WATCHING, rests: false };
    return await startUnseen(scene, trial, where, async ({ state, ref, deadline, printed }) => {
      if (state !== 'listening') return null;
      const options = { forMs, maxShare, deadline, signal };
      return isBusy(kernel, ref, options, printed);
    });
  } finally {
    fresh.release();
  }
}

async function isBusy(
  kernel: Kernel,
  ref: ProgramSource,
  options: Parameters<typeof quietActivity>[2],
  printed: () => number,
): Promise<boolean | null> {
  const seen = await watchPrinting(() => quietActivity(kernel, ref, options), {
    printed,
    goesOn: ({ alive }) => alive && !options.deadline(),
    isBusy: ({ share }) => (share ?? 0) >= options.maxShare,
  });
  const { share } = seen.found;
  if (seen.printed !== undefined) return true;
  return share === null ? null : share >= options.maxShare;
}

/** So many bytes in one look are more than what a program has to say that waits. */
const NOISY = 2_048;
/** In so many looks one after another: what came before may only have been late. */
const LOOKS = 3;

/**
 * Watches a program, and again as long as it prints: one that prints without end sleeps in write(2) much of the time, and
 * looks like one that waits. `printed` is what it printed in the last look, where it did so in each.
 */
export async function watchPrinting<Found>(
  watch: () => Promise<Found>,
  {
    printed,
    goesOn,
    isBusy = () => false,
  }: {
    readonly printed: () => number;
    readonly goesOn: (found: Found) => boolean;
    /** That it is busy is certain already. @default it is not */
    readonly isBusy?: (found: Found) => boolean;
  },
): Promise<{ readonly found: Found; readonly printed?: number }> {
  for (let looks = 1; ; looks += 1) {
    const before = printed();
    const found = await watch();
    const bytes = printed() - before;
    if (bytes < NOISY || !goesOn(found)) return { found };
    if (looks === LOOKS || isBusy(found)) return { found, printed: bytes };
  }
}
