import type { Redis } from 'ioredis';
import { keysOf } from './keys.ts';

/** Where a job is: in the queue or being graded, finished with a result, failed, or not in Redis at all. */
export type Standing =
  | { readonly at: 'result' | 'queue' | 'nowhere' }
  | { readonly at: 'failed'; readonly reason: string };

/** Looks where jobs are, in one go. A result counts whatever has become of its job. */
export async function lookFor(
  redis: Redis,
  batch: string,
  jobs: readonly string[],
): Promise<ReadonlyMap<string, Standing>> {
  if (jobs.length === 0) return new Map();
  const keys = keysOf(batch);
  const pipeline = redis.pipeline();
  for (const job of jobs)
    pipeline.exists(keys.result(job)).hmget(keys.job(job), 'timestamp', 'finishedOn', 'failedReason');
  const replies = (await pipeline.exec()) ?? [];
  return new Map(
    jobs.map((job, at) => {
      const [first, second] = [replies[2 * at], replies[2 * at + 1]];
      const error = first?.[0] ?? second?.[0];
      if (error) throw error;
      const fields = second?.[1] as readonly (string | null)[];
      return [job, standing(first?.[1] === 1, fields)];
    }),
  );
}

function standing(hasResult: boolean, [added, finished, reason]: readonly (string | null)[]): Standing {
  if (hasResult) return { at: 'result' };
  if (!added) return { at: 'nowhere' };
  if (finished) return { at: 'failed', reason: reason ?? 'it has no result' };
  return { at: 'queue' };
}
