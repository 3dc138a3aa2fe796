import { setTimeout as delay } from 'node:timers/promises';
import { stalledClock } from './stalled-clock.ts';

/** Milliseconds of a monotonic clock. */
export type Clock = () => number;

/** The clock used unless another is given: it stands still whenever the grader does. */
export const monotonic: Clock = () => performance.now() - stalledClock.lostMs;

/** A deadline so many milliseconds from now, by the clock that stands still whenever the grader does. */
export function deadlineIn(ms: number): () => boolean {
  const until = monotonic() + ms;
  return () => monotonic() > until;
}

/** What every waiting procedure takes. */
export interface WaitOptions {
  /** True once the time is over. */
  readonly deadline: () => boolean;
  /** Ends the wait early: the procedure rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** @default monotonic */
  readonly clock?: Clock;
}

/** The pause between two observations; rejects with the signal's reason when that is aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  try {
    await delay(ms, undefined, signal ? { signal } : undefined);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** Asks again and again until the answer is not null; null when the time is over, asked one last time. */
export async function poll<T>(
  ask: () => T | null | Promise<T | null>,
  { deadline, signal, everyMs }: WaitOptions & { readonly everyMs: number },
): Promise<T | null> {
  for (;;) {
    const over = deadline();
    const answer = await ask();
    if (answer !== null || over) return answer;
    await pause(everyMs, signal);
  }
}
