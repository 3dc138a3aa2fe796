import type { Grading } from '../batch/executor.ts';
import type { Level } from '../batch/isolation-level.ts';
import type { QueueState } from '../batch/progress.ts';
import type { Submission } from '../batch/types.ts';

/** What a queue needs to know of a batch. */
export interface QueueBatch {
  readonly grading: Grading;
  /** Unique; the same when the batch is started again. */
  readonly name: string;
  readonly title: string;
  /** What `resultKey` gives for a submission. */
  readonly keyOf: (submission: Submission) => string;
  /** Where the files of a submission are. */
  readonly folderOf: (submission: Submission) => string;
  /** The least isolation at which it may be graded. */
  readonly level: Level;
  readonly total: number;
  /** It goes before others. @default false */
  readonly urgent?: boolean;
  /** A folder that all machines share, for what is too large for Redis. */
  readonly store?: string;
  /** The folder of its results, which has the name of the batch. */
  readonly out?: string;
  /** Hears how the queue goes on, every few seconds. */
  readonly watch?: (state: QueueState) => void;
}
