import { type Kernel, naps, type ProgramSource } from '../kernel/index.ts';

/** So many bytes in one observation are worth another one; one that hardly gets the processor prints few. */
const NOISY = 128;
/** In so many observations one after another: what came before may only have been late. */
const OBSERVATIONS = 3;
/** How often it is looked at whether the program pauses between what it prints, and how long after another. */
const SAMPLES = 24;
const SAMPLE_MS = 4;

interface PrintingOptions<Found> {
  readonly kernel: Kernel;
  readonly program: ProgramSource;
  /** Bytes that it has printed so far. */
  readonly printed: () => number;
  /** Whether it is worth another observation. */
  readonly goesOn: (found: Found) => boolean;
  /** That it is busy is certain already. @default it is not */
  readonly isBusy?: (found: Found) => boolean;
  /** It does not do what it should, so that one observation shows why. @default not known */
  readonly isWrong?: (found: Found) => boolean;
}

/**
 * Watches a program, and again as long as it prints: one that prints without end sleeps in write(2) much of the time, and
 * looks like one that waits. `printed` is what it printed in the last observation, where it did so in each and never paused in
 * between, as one does that prints every now and then.
 */
export async function watchPrinting<Found>(
  watch: () => Promise<Found>,
  { kernel, program, printed, goesOn, isBusy = () => false, isWrong = () => false }: PrintingOptions<Found>,
): Promise<{ readonly found: Found; readonly printed?: number }> {
  for (let count = 1; ; count += 1) {
    const before = printed();
    const found = await watch();
    const bytes = printed() - before;
    if (bytes < NOISY) return { found };
    if (isBusy(found)) return { found, printed: bytes };
    const isLast = count === OBSERVATIONS || isWrong(found);
    if (isLast) return (await writesOn(kernel, program)) ? { found, printed: bytes } : { found };
    if (!goesOn(found)) return { found };
  }
}

/** Whether some thread of a program writes or runs most of the time, and none takes a nap. */
async function writesOn(kernel: Kernel, program: ProgramSource): Promise<boolean> {
  if (!kernel.can.calls) return false;
  let writing = 0;
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const threads = await kernel.threads(typeof program === 'function' ? program() : program);
    if (threads.some(naps)) return false;
    if (threads.some(({ state, call }) => state === 'R' || /^write/.test(call ?? ''))) writing += 1;
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
  }
  return writing >= SAMPLES / 2;
}
