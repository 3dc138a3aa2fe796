import type { ProgramUsage, ThreadFigures } from './types.ts';

const LEAST_FREE = 0.1;

/** A share of a core, as far as it is known: 1 for one busy thread. */
export interface Share {
  readonly least: number;
  readonly most: number;
}

/**
 * The share of a core that a program took or would have taken on an idle machine, from two readings: for each thread
 * its running time over the time in which it was not kept waiting for a core. So a spinner has 1 on any machine, and
 * a program that wakes now and then is not blamed for the others that were served before it. At most it is what the
 * threads ran together over the time in which none of them was kept waiting. The time is that between the readings
 * themselves: a grader that is late with one of them must not make a spinner look idle.
 */
export function shareOf(before: ProgramUsage, after: ProgramUsage, windowMs: number): Share {
  if (windowMs <= 0) return { least: 0, most: 0 };
  let least = 0;
  let most = 0;
  let ran = 0;
  let longest = 0;
  for (const [key, now] of after.threads) {
    const then = before.threads.get(key);
    const run = now.runMs - (then?.runMs ?? 0);
    const wait = now.waitMs - (then?.waitMs ?? 0);
    const unsure = now.unsureMs - (then?.unsureMs ?? 0);
    const span = spanOf(then, now);
    ran += run;
    longest = Math.max(longest, span ?? 0);
    least += threadShare(run, wait, span ?? windowMs);
    most += threadShare(run, wait + unsure, span ?? windowMs);
  }
  const together = threadShare(ran, after.keptMs - before.keptMs, longest || windowMs);
  return { least, most: Math.max(most, together) };
}

/** Time between two readings of a thread that is there at both; null of one that came or went in between. */
function spanOf(then: ThreadFigures | undefined, now: ThreadFigures): number | null {
  return then?.live && now.live && now.at > then.at ? now.at - then.at : null;
}

function threadShare(run: number, wait: number, windowMs: number): number {
  const free = windowMs - wait;
  // Kept waiting nearly all the time: what it would have done is not known, so it counts as wanting to run.
  if (free < LEAST_FREE * windowMs) return Math.min(1, (run + wait) / windowMs);
  return Math.max(0, Math.min(1, run / free));
}
