import type { Level } from '../batch/isolation-level.ts';
import type { Work } from '../batch/options.ts';
import type { QueueState } from '../batch/progress.ts';

/** What a queue needs to know of a batch. */
export interface QueueBatch extends Omit<Work, 'out' | 'watch'> {
  /** Unique; the same when the batch is started again. */
  readonly name: string;
  /** The least isolation at which it may be graded. */
  readonly level: Level;
  /** It goes before others. @default false */
  readonly urgent?: boolean;
  /** A folder that all machines share, for what is too large for Redis. */
  readonly store?: string;
  /** The folder of its results, which has the name of the batch. */
  readonly out?: string;
  /** Hears how the queue goes on, every few seconds. */
  readonly watch?: (state: QueueState) => void;
}
