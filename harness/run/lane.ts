import { AsyncLocalStorage } from 'node:async_hooks';
import type { Waiting } from './waiting.ts';

/** A line of steps that runs beside others or after them, with a patience of its own. */
export interface Lane {
  readonly waiting: Waiting;
  readonly signal: AbortSignal;
  /** The step that runs in it, when others run at the same time. */
  step?: number;
}

const current = new AsyncLocalStorage<Lane>();

/** The lane that the caller runs in, if it is not the main one. */
export function currentLane(): Lane | undefined {
  return current.getStore();
}

/** Runs something within a lane; whatever it waits for, waits in that lane. */
export function inLane<Result>(lane: Lane, run: () => Promise<Result>): Promise<Result> {
  return current.run(lane, run);
}
