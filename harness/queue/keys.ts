/** What all keys in Redis begin with; BullMQ puts those of its queues below it. */
export const PREFIX = 'socket-grader';

/** A hash of the batches that have jobs, and one of the workers that serve them. */
export const BATCHES = `${PREFIX}:batches`;
export const WORKERS = `${PREFIX}:workers`;
/** Where it is published that there is something to do. */
export const WAKE = `${PREFIX}:wake`;

/** The keys of one batch besides those of BullMQ. */
export interface BatchKeys {
  /** Bytes by their hash. */
  readonly bytes: (hash: string) => string;
  /** What came out of a job. */
  readonly result: (job: string) => string;
  /** Where the ids of finished jobs are published. */
  readonly finished: string;
  /** BullMQ's own of a job. */
  readonly job: (job: string) => string;
  /** Matches them all. */
  readonly pattern: string;
}

/** Names of batches are ours: letters, digits and dashes. */
export function keysOf(batch: string): BatchKeys {
  const own = `${PREFIX}:${batch}`;
  return {
    bytes: (hash) => `${own}:bytes:${hash}`,
    result: (job) => `${own}:result:${job}`,
    finished: `${own}:finished`,
    job: (job) => `${own}:${job}`,
    pattern: `${own}:*`,
  };
}
