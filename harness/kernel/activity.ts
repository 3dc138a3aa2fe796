import type { ThreadState } from '../model.ts';
import { currentOf, hasEnded } from './program.ts';
import { shareOf } from './share.ts';
import { pause } from './time.ts';
import type { CpuFigures, Kernel, ProgramSource } from './types.ts';
import { threadState, threadsInWords } from './words.ts';

/** What a program did for a while. */
export interface Activity {
  readonly alive: boolean;
  /** The share of a core that it wanted, 1 for one busy thread; null where that can't be seen. */
  readonly share: number | null;
  readonly windowMs: number;
  readonly threads: readonly ThreadState[];
  /** What its threads did at the end, in words. */
  readonly detail: string;
}

const EVERY_MS = 20;

/** Watches a program for some milliseconds, or until it ends. */
export async function activity(
  kernel: Kernel,
  program: ProgramSource,
  forMs: number,
  signal: AbortSignal,
): Promise<Activity> {
  const start = performance.now();
  const first = await kernel.usage(currentOf(program));
  let last: ReadonlyMap<string, CpuFigures> | null = first;
  let alive = true;
  while (alive && performance.now() - start < forMs) {
    await pause(Math.max(1, Math.min(EVERY_MS, start + forMs - performance.now())), signal);
    last = await kernel.usage(currentOf(program));
    alive = !(await hasEnded(kernel, program, signal));
  }
  const windowMs = performance.now() - start;
  const threads = await kernel.threads(currentOf(program));
  const share = first && last ? shareOf(first, last, windowMs) : null;
  const detail = alive ? threadsInWords(threads) : 'it has ended';
  return { alive, share, windowMs, threads: threads.map(threadState), detail };
}
