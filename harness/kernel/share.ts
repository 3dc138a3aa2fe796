import type { CpuFigures } from './types.ts';

type ByThread = ReadonlyMap<string, CpuFigures>;
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
 * a program that wakes now and then is not blamed for the others that were served before it.
 */
export function shareOf(before: ByThread, after: ByThread, windowMs: number): Share {
  let least = 0;
  let most = 0;
  if (windowMs <= 0) return { least, most };
  for (const [key, now] of after) {
    const then = before.get(key) ?? NOTHING;
    const run = now.runMs - then.runMs;
    const wait = now.waitMs - then.waitMs;
    least += threadShare(run, wait, windowMs);
    most += threadShare(run, wait + now.unsureMs - then.unsureMs, windowMs);
  }
  return { least, most };
}

function threadShare(run: number, wait: number, windowMs: number): number {
  const free = windowMs - wait;
  // Kept waiting nearly all the time: what it would have done is not known, so it counts as wanting to run.
  if (free < LEAST_FREE * windowMs) return Math.min(1, (run + wait) / windowMs);
  return Math.max(0, Math.min(1, run / free));
}
