import type { CpuFigures, ProgramUsage } from './types.ts';

const NOTHING: CpuFigures = { runMs: 0, waitMs: 0, unsureMs: 0 };
const LEAST_FREE = 0.1;

/** A share of a core, as far as it can be told: 1 for one busy thread. */
export interface Share {
  readonly least: number;
  readonly most: number;
}

/**
 * The share of a core that a program took or would have taken on an idle machine, from two readings: for each thread
 * its running time over the time in which it was not kept waiting for a core. So a spinner has 1 on any machine, and
 * a program that wakes now and then is not blamed for the others that were served before it. At most it is what the
 * threads ran together over the time in which none of them was kept waiting.
 */
export function shareOf(before: ProgramUsage, after: ProgramUsage, windowMs: number): Share {
  if (windowMs <= 0) return { least: 0, most: 0 };
  let least = 0;
  let most = 0;
  let ran = 0;
  for (const [key, now] of after.threads) {
    const then = before.threads.get(key) ?? NOTHING;
    const run = now.runMs - then.runMs;
    const wait = now.waitMs - then.waitMs;
    ran += run;
    least += threadShare(run, wait, windowMs);
    most += threadShare(run, wait + now.unsureMs - then.unsureMs, windowMs);
  }
  return { least, most: Math.max(most, threadShare(ran, after.keptMs - before.keptMs, windowMs)) };
}

function threadShare(run: number, wait: number, windowMs: number): number {
  const free = windowMs - wait;
  // Kept waiting nearly all the time: what it would have done is not known, so it counts as wanting to run.
  if (free < LEAST_FREE * windowMs) return Math.min(1, (run + wait) / windowMs);
  return Math.max(0, Math.min(1, run / free));
}
