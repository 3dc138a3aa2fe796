import { defined } from '../base/defined.ts';
import type { BlockedState, ThreadState } from '../model/index.ts';
import {
  atTheEnd,
  type BlockedWish,
  isBlocked,
  isCertainlyNot,
  type Judgement,
  longestWindow,
} from './blocked-judgement.ts';
import { BlockedWindow } from './blocked-window.ts';
import { threadStates } from './describe.ts';
import { currentOf, hasEnded } from './program.ts';
import { monotonic, pause, type WaitOptions } from './time.ts';
import type { Kernel, ProgramSource, WaitersObservation, WaitTarget } from './types.ts';

/** What to watch for, and for how long. */
export interface BlockedOptions extends BlockedWish, WaitOptions {
  /** The client saw the end of the connection. */
  readonly ended?: () => 'closed' | null;
}

/** What the program was seen to do. */
export interface BlockedOutcome {
  readonly state: BlockedState;
  /** Share of a core that it wanted over the window; 0 where that can't be seen. */
  readonly share: number;
  readonly windowMs: number;
  readonly threads: readonly ThreadState[];
  readonly detail: string;
  /** The socket is in non-blocking mode; absent where that is not known. */
  readonly nonBlocking?: boolean;
}

const EVERY_MS = 8;
const SLOWEST_MS = 40;
/** Who has watched for long looks less often: what it needs to see is then many looks long. */
const LATER = 1 / 60;
/** So many looks in a row must miss the socket: the table is not read at one instant. */
const MISSES = 3;

/**
 * Watches whether a program waits for reading on a socket, quietly, for a whole window; the window slides on until it
 * shows that, something else is certain, or the time is over. A wait with a time limit that is taken up again and
 * again, and an event loop with the socket in its set, count as waiting.
 */
export async function watchBlocked(
  kernel: Kernel,
  program: ProgramSource,
  target: WaitTarget,
  options: BlockedOptions,
): Promise<BlockedOutcome> {
  const clock = options.clock ?? monotonic;
  const window = new BlockedWindow();
  const start = clock();
  let misses = 0;
  for (;;) {
    const begin = clock();
    const over = options.deadline();
    const usage = await kernel.usage(currentOf(program));
    const at = clock();
    const observed = await kernel.waiters(currentOf(program), target);
    window.add({ at, observed, usage });
    window.keep(longestWindow(options));
    misses = observed.state === 'no_such_socket' ? misses + 1 : 0;
    // Descriptors vanish before the process does, so its end is looked for before its socket's.
    if (await hasEnded(kernel, program, options.signal)) return outcome(window, options, ENDED);
    if (options.ended?.() === 'closed') return outcome(window, options, CLOSED);
    if (misses >= MISSES) return outcome(window, options, gone(target, observed));
    const judgement = isBlocked(window, options) ?? isCertainlyNot(window, options) ?? null;
    if (judgement) return outcome(window, options, judgement);
    if (over) return outcome(window, options, atTheEnd(window, options, target.kind));
    const now = clock();
    const wait = Math.max(EVERY_MS, LATER * (now - start), 2 * (now - begin));
    await pause(Math.min(SLOWEST_MS, wait), options.signal);
  }
}

const ENDED: Judgement = { state: 'exited', detail: 'it ended' };
const CLOSED: Judgement = { state: 'closed', detail: 'the connection was closed' };

function gone(target: WaitTarget, observed: WaitersObservation): Judgement {
  if (target.kind === 'connection')
    return { state: 'closed', detail: 'the program has closed the connection' };
  const detail = `it does not listen on port ${target.port} any more`;
  return observed.threads.length === 0 ? ENDED : { state: 'elsewhere', detail };
}

function outcome(
  window: BlockedWindow,
  { forMs }: BlockedWish,
  { state, detail }: Judgement,
): BlockedOutcome {
  const { share, windowMs } = window.sum(forMs);
  const threads = threadStates(window.last?.observed.threads ?? []);
  const nonBlocking = window.last?.observed.nonBlocking;
  return {
    state,
    share: share ?? 0,
    windowMs,
    threads,
    detail,
    ...defined({ nonBlocking }),
  };
}
