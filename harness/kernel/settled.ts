import { currentOf } from './program.ts';
import { Stillness, sleepsForGood } from './stillness.ts';
import { monotonic, poll, type WaitOptions } from './time.ts';
import type { Kernel, ProgramSource, ThreadLook } from './types.ts';

const STILL_MS = 10;
const EVERY_MS = 5;

export interface SettledOptions extends WaitOptions {
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
export function settled(kernel: Kernel, program: ProgramSource, options: SettledOptions): Promise<boolean> {
  return sleeps(kernel, program, options, 0);
}

/** As `settled`, but one that has ended does not sleep, though its end may not have been reported yet. */
export function asleep(kernel: Kernel, program: ProgramSource, options: SettledOptions): Promise<boolean> {
  return sleeps(kernel, program, options, 1);
}

async function sleeps(
  kernel: Kernel,
  program: ProgramSource,
  options: SettledOptions,
  leastThreads: number,
): Promise<boolean> {
  if (!kernel.can.calls) return false;
  const clock = options.clock ?? monotonic;
  const stillness = new Stillness();
  const naps = new FirstNaps();
  const ask = async () => {
    const look = async () => {
      const looks = await kernel.threads(currentOf(program));
      stillness.update(looks, clock());
      return looks;
    };
    let looks = await look();
    // Who waits for good in two looks waited for good between them, all at once.
    const waits = options.atOnce === true && looks.length > 0 && looks.every(sleepsForGood);
    if (waits) looks = await look();
    if (options.throughNaps && naps.goOn(looks)) return null;
    const forGood = waits && looks.every(sleepsForGood) && stillness.sameAsBefore;
    const still = stillness.allUnchangedMs(clock()) >= STILL_MS;
    return (looks.length >= leastThreads && (forGood || still)) || null;
  };
  return (await poll(ask, { ...options, everyMs: EVERY_MS })) ?? false;
}

/** Naps in which threads were found at first; who wakes and naps again has had its chance to do something. */
class FirstNaps {
  readonly #voluntary = new Map<number, number>();

  /** Whether a thread is in the nap still in which it was found. */
  goOn(looks: readonly ThreadLook[]): boolean {
    let napping = false;
    for (const look of looks.filter(naps)) {
      const first = this.#voluntary.get(look.tid) ?? look.voluntary;
      this.#voluntary.set(look.tid, first);
      napping ||= first === look.voluntary;
    }
    return napping;
  }
}

/** Does a thread sleep for a time, whatever happens? */
export function naps({ state, call, timedSleep, waitSet, service }: ThreadLook): boolean {
  if (service || state !== 'S') return false;
  if (call === 'nanosleep' || call === 'clock_nanosleep') return true;
  const selects = ['select', 'pselect6', 'poll', 'ppoll'].includes(call ?? '');
  return selects && timedSleep && waitSet?.fds.length === 0;
}
