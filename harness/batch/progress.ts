import type { Level } from './isolation-level.ts';
import type { Damage } from './journal.ts';
import type { Manifest } from './manifest.ts';
import type { Result } from './result.ts';
import type { Submission } from './types.ts';

/** How a queue goes on that has the submissions of a batch. */
export interface QueueState {
  /** All that serve the queue, whether this batch is for them or not. */
  readonly workers: readonly {
    readonly host: string;
    readonly level: Level;
    readonly version: string;
  }[];
  /** What the batch asks of a worker. */
  readonly level: Level;
  readonly version: string;
  /** Submissions of this batch. */
  readonly running: number;
  readonly waiting: number;
  /** Submissions that the workers grade for all batches together, and for how many. */
  readonly all: number;
  readonly batches: number;
}

/** What happens in a batch, for those who watch. */
export type BatchEvent =
  | { readonly type: 'damage'; readonly damage: Damage }
  /** The folder has the lock of another machine, and it takes a while to see whether that still works on it. */
  | { readonly type: 'locked'; readonly host: string }
  /** The specification has changed, and so many results could be had from what was recorded. */
  | { readonly type: 'judging is enough'; readonly count: number }
  /** Everything is taken in; what was graded before needs not be graded again. */
  | { readonly type: 'begin'; readonly manifest: Manifest; readonly kept: readonly Result[] }
  | { readonly type: 'started'; readonly submission: Submission }
  | { readonly type: 'finished'; readonly submission: Submission; readonly result: Result }
  /** So many are tried again alone. */
  | { readonly type: 'again'; readonly count: number }
  /** All submissions are compared with each other. */
  | { readonly type: 'compared'; readonly submissions: number; readonly pairs: number }
  | { readonly type: 'queue'; readonly state: QueueState };

export type Watcher = (event: BatchEvent) => void;
