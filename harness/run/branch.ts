import { AsyncLocalStorage } from 'node:async_hooks';
import type { Waiting } from './waiting.ts';

/** A line of steps that runs beside others or after them, with a patience of its own. */
export interface Branch {
  readonly waiting: Waiting;
  readonly signal: AbortSignal;
  /** The step that runs in it, when others run at the same time. */
  step?: number;
}

const current = new AsyncLocalStorage<Branch>();

/** The branch that the caller runs in, if it is not the main one. */
export function currentBranch(): Branch | undefined {
  return current.getStore();
}

/** Runs something within a branch; whatever it waits for, waits in that branch. */
export function inBranch<Result>(branch: Branch, run: () => Promise<Result>): Promise<Result> {
  return current.run(branch, run);
}
