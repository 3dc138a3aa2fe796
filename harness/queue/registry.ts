import type { Redis } from 'ioredis';
import * as v from 'valibot';
import { BATCHES, keysOf, WORKERS } from './keys.ts';

const text = v.string();
const number = v.pipe(v.number(), v.finite());
const level = v.picklist(['none', 'uid', 'full']);
const name = v.pipe(text, v.regex(/^[a-z0-9-]{1,64}$/, 'is no name of a batch'));

const batchSchema = v.object({
  name,
  title: text,
  /** Of the grader that its jobs need. */
  version: text,
  /** What a worker must be able to keep apart. */
  level,
  /** It goes before others: a single submission that a person waits for. */
  urgent: v.boolean(),
  host: text,
  pid: number,
  total: number,
  done: number,
  /** By the clock of Redis, in milliseconds. */
  created: number,
  seen: number,
});

const workerSchema = v.object({
  name: text,
  host: text,
  pid: number,
  version: text,
  level,
  /** Submissions at a time. */
  jobs: number,
  running: v.array(v.object({ batch: text, id: text, since: number })),
  graded: number,
  started: number,
  seen: number,
});

/** A batch as it announces itself. */
export type BatchEntry = v.InferOutput<typeof batchSchema>;

/** A worker as it announces itself. */
export type WorkerEntry = v.InferOutput<typeof workerSchema>;

/** How often batches and workers show that they live, and after what time without that they are gone, in milliseconds. */
export const BEAT = 2_000;
const GONE = 15_000;
/** How long what is left of a batch is kept for it to come back. */
export const KEPT = 7 * 24 * 3_600_000;

/** Milliseconds by the clock of Redis, which all machines share. */
export async function redisNow(redis: Redis): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
}

export async function announceBatch(redis: Redis, entry: Omit<BatchEntry, 'seen'>): Promise<void> {
  const seen = await redisNow(redis);
  await redis.hset(BATCHES, entry.name, JSON.stringify({ ...entry, seen }));
}

export async function announceWorker(redis: Redis, entry: Omit<WorkerEntry, 'seen'>): Promise<void> {
  const seen = await redisNow(redis);
  await redis
    .multi()
    .hset(WORKERS, entry.name, JSON.stringify({ ...entry, seen }))
    // When the last one is gone, nothing is left of them.
    .pexpire(WORKERS, 2 * GONE)
    .exec();
}

/** All batches that have announced themselves, the oldest first; those whose process is gone are among them. */
export async function readBatches(redis: Redis): Promise<readonly BatchEntry[]> {
  const all = Object.values(await redis.hgetall(BATCHES)).flatMap((one) => read(batchSchema, one));
  return all.toSorted((a, b) => a.created - b.created || (a.name < b.name ? -1 : 1));
}

/** The workers that live; what those have left that were killed is removed. */
export async function readWorkers(redis: Redis): Promise<readonly WorkerEntry[]> {
  const entries = Object.entries(await redis.hgetall(WORKERS));
  const now = await redisNow(redis);
  const workers: WorkerEntry[] = [];
  const dead: string[] = [];
  for (const [field, value] of entries) {
    const [worker] = read(workerSchema, value);
    if (worker !== undefined && now - worker.seen < GONE) workers.push(worker);
    else dead.push(field);
  }
  if (dead.length > 0) await redis.hdel(WORKERS, ...dead);
  return workers.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether the process of a batch is still at work. */
export function isAlive({ seen }: BatchEntry, now: number): boolean {
  return now - seen < GONE;
}

/** Takes a batch with everything of it out of Redis. */
export async function removeBatch(redis: Redis, batch: string): Promise<void> {
  // First of all its name: no worker puts anything there from then on.
  await redis.hdel(BATCHES, batch);
  let cursor = '0';
  do {
    const [next, found] = await redis.scan(cursor, 'MATCH', keysOf(batch).pattern, 'COUNT', 1000);
    if (found.length > 0) await redis.unlink(...found);
    cursor = next;
  } while (cursor !== '0');
}

function read<Schema extends typeof batchSchema | typeof workerSchema>(
  schema: Schema,
  value: string,
): readonly v.InferOutput<Schema>[] {
  try {
    const parsed = v.safeParse(schema, JSON.parse(value));
    return parsed.success ? [parsed.output] : [];
  } catch {
    return [];
  }
}
