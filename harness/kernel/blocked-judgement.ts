import type { BlockedState } from '../model/index.ts';
import { type BlockedWindow, LEAST_SAMPLES, type WindowSum } from './blocked-window.ts';
import { sleepsForGood } from './stillness.ts';
import type { WaitersLook, WaitTarget } from './types.ts';
import { threadsInWords } from './words.ts';

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
const STILL_MS = 600;
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
  const look = window.last?.look;
  if (!look || sum.windowMs < wish.forMs || sum.samples < LEAST_SAMPLES) return null;
  const quiet =
    sum.share === null ? window.stillness.allUnchangedMs(window.last.at) >= wish.forMs : isQuiet(sum, wish);
  if (!quiet) return null;
  if (look.state === 'unseen') return byShareOnly(look, sum);
  if (look.state !== 'waiting' || sum.waiting < 0.5 || sum.elsewhere > NEARLY_NEVER) return null;
  return { state: 'blocked', detail: `it ${threadsInWords(look.waiter ? [look.waiter] : [])}` };
}

function isQuiet(sum: WindowSum, wish: BlockedWish): boolean {
  return sum.mostShare !== null && sum.mostShare < wish.maxShare;
}

function byShareOnly(look: WaitersLook, sum: WindowSum): Judgement | null {
  if (sum.share === null) return null;
  const reason = look.detail ?? 'system calls can not be seen here';
  return { state: 'blocked', detail: `judged by its use of the processor alone, because ${reason}` };
}

/** What it does instead, when that is certain before the time is over; else null. */
export function isCertainlyNot(window: BlockedWindow, wish: BlockedWish): Judgement | null {
  const last = window.last;
  if (!last || last.look.state === 'unseen') return null;
  const { look, at } = last;
  const nonBlocking = look.nonBlocking ?? false;
  const run = nonBlocking ? SPIN_RUN_MS.nonBlocking : SPIN_RUN_MS.blocking;
  const whole = window.sum(longestWindow(wish));
  const recent = window.sum(Math.max(wish.forMs, run));
  const isBusy = (sum: WindowSum) => (sum.share ?? 0) >= BUSY && sum.waiting <= NEARLY_NEVER;
  if (isBusy(recent) && isBusy(whole) && whole.runMs >= run) return spinning(whole, nonBlocking);
  if (whole.samples < LEAST_SAMPLES || whole.waiting > 0 || look.threads.length === 0) return null;
  if (
    window.stillness.allUnchangedMs(at) >= Math.max(wish.forMs, STILL_MS) &&
    look.threads.every(sleepsForGood)
  ) {
    return notWaiting(look);
  }
  const polls = nonBlocking && napsOften(window) && (whole.share ?? 0) < BUSY / 2;
  return polls && whole.windowMs >= Math.max(wish.forMs, POLLING_MS) ? polling(look) : null;
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
    return { state: 'unseen', detail: 'there was no time for enough looks' };
  }
  const { look } = last;
  if (look.state === 'unseen' && sum.share === null) return { state: 'unseen', detail: look.detail ?? '' };
  if (
    sum.share !== null &&
    sum.share >= wish.maxShare &&
    window.sum(longestWindow(wish)).runMs < LEAST_RUN_MS
  ) {
    return { state: 'unseen', detail: 'it got no core, so what it would do is not known' };
  }
  if ((sum.share ?? 0) >= BUSY / 2) return spinning(sum, look.nonBlocking ?? false);
  if (sum.share !== null && sum.share >= wish.maxShare) {
    const busy = `it used ${percent(sum.share)} of a core`;
    return { state: 'polling', detail: sum.waiting > 0 ? `${busy} although it waits on the socket` : busy };
  }
  if (sum.waiting >= 0.5)
    return { state: 'unseen', detail: 'it waits on the socket, but not steadily enough to tell' };
  // accept() on a socket that blocks is not tried between two sleeps: it would not return.
  const mayTry = target === 'listener' ? look.nonBlocking !== false : look.state !== 'not_accepted';
  return mayTry && napsOften(window) ? polling(look) : notWaiting(look);
}

/** Was a thread seen to sleep again and again? */
function napsOften({ last, stillness }: BlockedWindow): boolean {
  return (last?.look.threads ?? []).some((thread) => stillness.naps(thread) >= POLLING_NAPS);
}

function spinning(sum: WindowSum, nonBlocking: boolean): Judgement {
  const mode = nonBlocking ? '; its socket is in non-blocking mode' : '';
  return { state: 'spinning', detail: `it used ${percent(sum.share ?? 0)} of a core${mode}` };
}

function polling(look: WaitersLook): Judgement {
  return { state: 'polling', detail: `it sleeps between tries; it ${threadsInWords(look.threads)}` };
}

function notWaiting(look: WaitersLook): Judgement {
  const detail = `it ${threadsInWords(look.threads)}`;
  if (look.state === 'not_accepted')
    return { state: 'not_accepted', detail: `it has not accepted the connection; ${detail}` };
  return { state: 'elsewhere', detail };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
