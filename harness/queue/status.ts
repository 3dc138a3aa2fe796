import type { Redis } from 'ioredis';
import { keysOf } from './keys.ts';
import {
  type BatchEntry,
  isAlive,
  readBatches,
  readWorkers,
  redisNow,
  removeBatch,
  type WorkerEntry,
} from './registry.ts';

/** A batch, and where its submissions are. */
export interface BatchStatus extends BatchEntry {
  /** Its process is still there; otherwise it was killed, and its results wait for it to be started again. */
  readonly alive: boolean;
  readonly waiting: number;
  readonly running: number;
  readonly failed: number;
  /** A minute, since it was started. */
  readonly rate: number;
  /** Seconds, as far as is known. */
  readonly left: number | null;
}

/** All that is known of a queue. */
export interface QueueStatus {
  readonly now: number;
  readonly batches: readonly BatchStatus[];
  readonly workers: readonly WorkerEntry[];
}

/** Below this many seconds a rate says nothing. */
const EARLY = 3;

export async function queueStatus(redis: Redis): Promise<QueueStatus> {
  const [entries, workers, now] = await Promise.all([
    readBatches(redis),
    readWorkers(redis),
    redisNow(redis),
  ]);
  const batches: BatchStatus[] = [];
  for (const entry of entries) {
    const key = keysOf(entry.name).job;
    const [queued, running, failed] = await Promise.all([
      redis.llen(key('wait')),
      redis.llen(key('active')),
      redis.zcard(key('failed')),
    ]);
    const alive = isAlive(entry, now);
    const seconds = (now - entry.created) / 1000;
    const rate = seconds < EARLY ? 0 : (60 * entry.done) / seconds;
    // What is not in Redis yet waits at the batch.
    const open = Math.max(0, entry.total - entry.done);
    const waiting = alive ? Math.max(queued, open - running) : queued;
    const left = alive && rate > 0 ? Math.round((60 * open) / rate) : null;
    batches.push({ ...entry, alive, waiting, running, failed, rate: Math.round(rate * 10) / 10, left });
  }
  return { now, batches, workers };
}

/** Takes a batch with all its jobs and results off the queue; false where there is none of that name. */
export async function removeFromQueue(redis: Redis, name: string): Promise<boolean> {
  const known = (await readBatches(redis)).some((batch) => batch.name === name);
  if (known) await removeBatch(redis, name);
  return known;
}
