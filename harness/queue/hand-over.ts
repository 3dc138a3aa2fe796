import os from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { plainLine } from '../base/plain.ts';
import type { Graded } from '../batch/executor.ts';
import { unlessStopped } from './bell.ts';
import { isFull, isRedisFault } from './describe-redis-error.ts';
import type { JobData } from './job.ts';
import { saveResult } from './result.ts';
import type { ServeOptions } from './serve-options.ts';
import type { Taken } from './turns.ts';

/** Milliseconds between two tries to hand over a result. */
const AGAIN = 1_000;
/** Milliseconds for which a result is kept whose batch is unknown: Redis may have lost all, until the batch puts it back. */
const UNKNOWN = 12_000;

/** A job that is being graded. */
export interface Running {
  taken: Taken;
  readonly data: JobData;
  /** By this machine's clock, in milliseconds. */
  readonly since: number;
}

type Surroundings = Pick<ServeOptions, 'connection' | 'stop' | 'watch'>;

/** Keeps trying until Redis has the result of a job; false where no batch wants it, or all ends. */
export async function handOver(
  running: Running,
  graded: Graded,
  { connection, stop, watch }: Surroundings,
): Promise<boolean> {
  const place = { batch: running.taken.batch.name, job: running.taken.job.id ?? '' };
  let unknownSince: number | undefined;
  let said = false;
  while (!stop.aborted) {
    try {
      // Whoever ends it does not wait for a Redis that is away.
      if (await unlessStopped(saveResult(connection.redis, place, graded), stop)) {
        const { taken } = running;
        // Whether the queue still knows of it or not: the result is there.
        const completed = taken.job.moveToCompleted('graded', taken.token, false).catch(() => {});
        await unlessStopped(completed, stop);
        return true;
      }
      unknownSince ??= performance.now();
      if (performance.now() - unknownSince > UNKNOWN) return false;
    } catch (error) {
      if (!isRedisFault(error)) throw error;
      const what = isFull(error) ? 'it is full' : plainLine((error as Error).message, 200);
      if (!said) watch({ type: 'trouble', what: `Redis refuses results, which wait: ${what}` });
      said = true;
    }
    await wait(AGAIN, undefined, { signal: stop }).catch(() => {});
  }
  return false;
}

/** Lets another worker have a job. */
export async function giveBack({ taken }: Running): Promise<void> {
  await Promise.race([taken.job.moveToWait(taken.token).catch(() => {}), wait(1_000)]);
}

/** What went wrong, and on which machine. */
export function describeFailure(error: unknown): string {
  return `${os.hostname()}: ${plainLine(error instanceof Error ? error.message : String(error), 300)}`;
}
