import type { BlockedState } from '../model/index.ts';
import { type BlockedWindow, LEAST_SAMPLES, type WindowSum } from './blocked-window.ts';
import { describeThreadWaits } from './describe.ts';
import { sleepsForGood } from './sleep-tracker.ts';
import type { WaitersObservation, WaitTarget } from './types.ts';

/** A state with the words for it. */
export interface Judgement {
  readonly state: BlockedState;
  readonly detail: string;
}

/** What must hold for a program to count as blocked. */
export interface BlockedWish {
  /** Milliseconds for which it must hold throughout. */
  readonly forMs: number;
  /** The share of a core that it may want at most, 0 to 1. */
  readonly maxShare: number;
}

const NEARLY_NEVER = 0.1;
const BUSY = 0.9;
const LEAST_RUN_MS = 20;
const IDLE_MS = 600;
const POLLING_MS = 800;
const POLLING_NAPS = 5;
// A non-blocking descriptor makes busy waiting likely; without one it may be a long computation.
const SPIN_RUN_MS = { nonBlocking: 300, blocking: 1000 };

/** Longest window that any judgement needs. */
export function longestWindow({ forMs }: BlockedWish): number {
  return Math.max(forMs, SPIN_RUN_MS.blocking * 4);
}

/** Blocked when the window shows it, else null. */
export function isBlocked(window: BlockedWindow, wish: BlockedWish): Judgement | null {
  const sum = window.sum(wish.forMs);
  const observed = window.last?.observed;
  if (!observed || sum.windowMs < wish.forMs || sum.samples < LEAST_SAMPLES) return null;
  const quiet =
    sum.share === null
      ? window.sleepTracker.allUnchangedMs(window.last.at) >= wish.forMs
      : isQuiet(sum, wish);
  if (!quiet) return null;
  if (observed.state === 'unseen') return byShareOnly(observed, sum);
  if (observed.state !== 'waiting' || sum.waiting < 0.5 || sum.elsewhere > NEARLY_NEVER) return null;
  return { state: 'blocked', detail: `it ${describeThreadWaits(observed.waiter ? [observed.waiter] : [])}` };
}

function isQuiet(sum: WindowSum, wish: BlockedWish): boolean {
  return sum.mostShare !== null && sum.mostShare < wish.maxShare;
}

function byShareOnly(observed: WaitersObservation, sum: WindowSum): Judgement | null {
  if (sum.share === null) return null;
  const reason = observed.detail ?? 'system calls cannot be seen here';
  return { state: 'blocked', detail: `judged by its use of the processor alone, because ${reason}` };
}

/** What it does instead, when that is certain before the time is over; else null. */
export function isCertainlyNot(window: BlockedWindow, wish: BlockedWish): Judgement | null {
  const last = window.last;
  if (!last || last.observed.state === 'unseen') return null;
  const { observed, at } = last;
  const nonBlocking = observed.nonBlocking ?? false;
  const run = nonBlocking ? SPIN_RUN_MS.nonBlocking : SPIN_RUN_MS.blocking;
  const whole = window.sum(longestWindow(wish));
  const recent = window.sum(Math.max(wish.forMs, run));
  const isBusy = (sum: WindowSum) => (sum.share ?? 0) >= BUSY && sum.waiting <= NEARLY_NEVER;
  if (isBusy(recent) && isBusy(whole) && whole.runMs >= run) return spinning(whole, nonBlocking);
  if (whole.samples < LEAST_SAMPLES || whole.waiting > 0 || observed.threads.length === 0) return null;
  if (
    window.sleepTracker.allUnchangedMs(at) >= Math.max(wish.forMs, IDLE_MS) &&
    observed.threads.every(sleepsForGood)
  ) {
    return notWaiting(observed);
  }
  const polls = nonBlocking && napsOften(window) && (whole.share ?? 0) < BUSY / 2;
  return polls && whole.windowMs >= Math.max(wish.forMs, POLLING_MS) ? polling(observed) : null;
}

/** What it was seen to do when the time is over. */
export function atTheEnd(
  window: BlockedWindow,
  wish: BlockedWish,
  target: WaitTarget['kind'] = 'connection',
): Judgement {
  const last = window.last;
  const sum = window.sum(wish.forMs);
  if (!last || sum.samples < LEAST_SAMPLES || sum.windowMs < wish.forMs) {
    return { state: 'unseen', detail: 'there was no time for enough observations' };
  }
  const { observed } = last;
  if (observed.state === 'unseen' && sum.share === null)
    return { state: 'unseen', detail: observed.detail ?? '' };
  if (
    sum.share !== null &&
    sum.share >= wish.maxShare &&
    window.sum(longestWindow(wish)).runMs < LEAST_RUN_MS
  ) {
    return { state: 'unseen', detail: 'it got no core, so what it would do is not known' };
  }
  if ((sum.share ?? 0) >= BUSY / 2) return spinning(sum, observed.nonBlocking ?? false);
  if (sum.share !== null && sum.share >= wish.maxShare) {
    const busy = `it used ${percent(sum.share)} of a core`;
    return { state: 'polling', detail: sum.waiting > 0 ? `${busy} although it waits on the socket` : busy };
  }
  if (sum.waiting >= 0.5)
    return { state: 'unseen', detail: 'it waits on the socket, but not steadily enough to decide' };
  // accept() on a socket that blocks is not tried between two sleeps: it would not return.
  const mayTry = target === 'listener' ? observed.nonBlocking !== false : observed.state !== 'not_accepted';
  return mayTry && napsOften(window) ? polling(observed) : notWaiting(observed);
}

/** Was a thread seen to sleep again and again? */
function napsOften({ last, sleepTracker }: BlockedWindow): boolean {
  return (last?.observed.threads ?? []).some((thread) => sleepTracker.naps(thread) >= POLLING_NAPS);
}

function spinning(sum: WindowSum, nonBlocking: boolean): Judgement {
  const mode = nonBlocking ? '; its socket is in non-blocking mode' : '';
  return { state: 'spinning', detail: `it used ${percent(sum.share ?? 0)} of a core${mode}` };
}

function polling(observed: WaitersObservation): Judgement {
  return { state: 'polling', detail: `it sleeps between tries; it ${describeThreadWaits(observed.threads)}` };
}

function notWaiting(observed: WaitersObservation): Judgement {
  const detail = `it ${describeThreadWaits(observed.threads)}`;
  if (observed.state === 'not_accepted')
    return { state: 'not_accepted', detail: `it has not accepted the connection; ${detail}` };
  return { state: 'elsewhere', detail };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
