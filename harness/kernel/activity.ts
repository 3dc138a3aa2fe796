import type { ThreadState } from '../model/index.ts';
import { describeThreadWaits, threadStates } from './describe.ts';
import { currentOf, hasEnded } from './program.ts';
import { shareOf } from './share.ts';
import { monotonic, pause, type WaitOptions } from './time.ts';
import type { Kernel, ProgramSource, ProgramUsage } from './types.ts';

/** What a program did for a while. */
export interface Activity {
  readonly alive: boolean;
  /** The share of a core that it wanted at least, 1 for one busy thread; null where that can't be seen. */
  readonly share: number | null;
  /** The share that it may have wanted: on a busy machine some of what it did is not known. */
  readonly mostShare: number | null;
  /** Milliseconds that it really ran. */
  readonly ranMs: number;
  readonly windowMs: number;
  readonly threads: readonly ThreadState[];
  /** What its threads did at the end, in words. */
  readonly detail: string;
}

const EVERY_MS = 20;

/** A share that matters: it is watched for longer until it is clear whether a program had more of a core or less. */
export interface Question {
  readonly share: number;
  /** Longest time to watch, in milliseconds. */
  readonly mostMs: number;
}

/**
 * Watches a program for some milliseconds, or until it ends; with a question longer, until that can be answered: on a
 * busy machine a program may be kept from running for most of a short time.
 */
export async function activity(
  kernel: Kernel,
  program: ProgramSource,
  forMs: number,
  signal: AbortSignal,
  question?: Question,
): Promise<Activity> {
  const start = monotonic();
  const first = await kernel.usage(currentOf(program));
  let last: ProgramUsage | null = first;
  let alive = true;
  const isOpen = (elapsed: number) => {
    if (!question || !first || !last || elapsed >= question.mostMs) return false;
    const { least, most } = shareOf(first, last, elapsed);
    return least <= question.share && question.share < most;
  };
  for (;;) {
    const elapsed = monotonic() - start;
    if (!alive || (elapsed >= forMs && !isOpen(elapsed))) break;
    const left = elapsed < forMs ? forMs - elapsed : EVERY_MS;
    await pause(Math.max(1, Math.min(EVERY_MS, left)), signal);
    last = await kernel.usage(currentOf(program));
    alive = !(await hasEnded(kernel, program, signal));
  }
  const windowMs = monotonic() - start;
  const threads = await kernel.threads(currentOf(program));
  const share = first && last ? shareOf(first, last, windowMs) : null;
  const detail = alive ? describeThreadWaits(threads) : 'it has ended';
  const ranMs = first && last ? ran(last) - ran(first) : 0;
  return {
    alive,
    share: share?.least ?? null,
    mostShare: share?.most ?? null,
    ranMs,
    windowMs,
    threads: threadStates(threads),
    detail,
  };
}

function ran({ threads }: ProgramUsage): number {
  return [...threads.values()].reduce((sum, { runMs }) => sum + runMs, 0);
}

/**
 * What a program must have run in all, in milliseconds, before it is said to want too much of a core: one that crashes is
 * busy with that for a while, and on a crowded machine Node needs more than 100 ms of a core for it.
 */
const DECIDING_MS = 500;

/**
 * As `activity`, window after window until one certainly stays below a share. A program that wanted more really
 * ran so much; one that hardly ran because others had the cores gets no share: what it would have done is not known.
 */
export async function quietActivity(
  kernel: Kernel,
  program: ProgramSource,
  { forMs, maxShare, deadline, signal }: WaitOptions & { readonly forMs: number; readonly maxShare: number },
): Promise<Activity> {
  let ranMs = 0;
  for (;;) {
    const seen = await activity(kernel, program, forMs, signal);
    if (!seen.alive || seen.share === null || seen.mostShare === null || seen.mostShare < maxShare)
      return seen;
    const isBusy = seen.share >= maxShare;
    if (isBusy) ranMs += seen.ranMs;
    if (isBusy && ranMs >= Math.max(DECIDING_MS, maxShare * forMs)) return seen;
    if (deadline()) return { ...seen, share: null };
  }
}
