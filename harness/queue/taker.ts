import type { Queue } from 'bullmq';
import PQueue from 'p-queue';
import type { Round } from '../batch/executor.ts';
import { unableToGrade } from '../batch/grade-one.ts';
import type { Submission } from '../batch/types.ts';
import type { Connection } from './connect.ts';
import type { Enqueuer } from './enqueue.ts';
import { keysOf } from './keys.ts';
import type { Standing } from './look.ts';
import { WrongBytes } from './pack.ts';
import type { Pass } from './pass.ts';
import type { QueueBatch } from './queue-batch.ts';
import { loadResult } from './result.ts';
import { describeStalled, isStalled } from './stalled.ts';

/** Results that are taken in at a time. */
const AT_A_TIME = 4;
/** How often a job is put back that failed for a reason of its worker. */
const MOST_TRIES = 3;

type Unable = Parameters<typeof unableToGrade>[2]['why'];

/** A job that its worker has given up. */
class Failed extends Error {}

/** Takes the results of a batch out of Redis, each once, and judges what failed. */
export class Taker {
  /** Submissions that are done. */
  done = 0;
  readonly #connection: Connection;
  readonly #batch: QueueBatch;
  readonly #queue: Queue;
  readonly #enqueuer: Enqueuer;
  readonly #tries = new Map<string, number>();

  constructor(connection: Connection, batch: QueueBatch, queue: Queue, enqueuer: Enqueuer) {
    this.#connection = connection;
    this.#batch = batch;
    this.#queue = queue;
    this.#enqueuer = enqueuer;
  }

  /** Takes what is finished of these jobs, and notes which of them are in Redis. */
  async take(pass: Pass, standings: ReadonlyMap<string, Standing>): Promise<void> {
    const taking = new PQueue({ concurrency: AT_A_TIME });
    const errors: unknown[] = [];
    for (const [job, standing] of standings) {
      if (standing.at === 'nowhere') pass.queued.delete(job);
      else pass.queued.add(job);
      if (standing.at === 'result' || standing.at === 'failed')
        void taking.add(() => this.#takeOne(pass, job, standing)).catch((error) => errors.push(error));
    }
    await taking.onIdle();
    if (errors.length > 0) throw errors[0];
  }

  async #takeOne(pass: Pass, job: string, standing: Standing): Promise<void> {
    const submission = pass.open.get(job);
    if (submission === undefined || pass.over) return;
    const { grading, name, level } = this.#batch;
    const place = { batch: name, job };
    try {
      if (standing.at === 'failed') throw new Failed(standing.reason);
      const graded = await loadResult(this.#connection.redis, place, { grading, submission, level });
      if (graded === undefined) return;
      await this.#keep(pass, job, graded);
    } catch (error) {
      if (!(error instanceof WrongBytes) && !(error instanceof Failed)) throw error;
      await this.#failed(pass, job, error);
    }
  }

  /** A submission that has no grade, for a reason that another try would not change. */
  giveUp(pass: Pass, job: string, submission: Submission, why: Unable): Promise<void> {
    return this.#keep(pass, job, this.unable(submission, why));
  }

  unable(submission: Submission, why: Unable): Parameters<Round['graded']>[1] {
    return unableToGrade(this.#batch.grading, submission, { why, final: true });
  }

  async #keep(pass: Pass, job: string, graded: Parameters<Round['graded']>[1]): Promise<void> {
    const submission = pass.open.get(job);
    if (pass.over || submission === undefined) return;
    await pass.round.graded(submission, graded);
    // A result that comes a second time is of no submission that is open.
    pass.open.delete(job);
    pass.queued.delete(job);
    this.#tries.delete(job);
    this.done++;
    await this.#forget(job);
    await this.#enqueuer.done(job);
  }

  async #forget(job: string): Promise<void> {
    await this.#connection.redis.unlink(keysOf(this.#batch.name).result(job));
    // One that another worker has begun as well stays, until the batch is at its end.
    await this.#queue.remove(job).catch(() => {});
  }

  /** A job without a result is put back, unless it ends its workers, or fails again and again. */
  async #failed(pass: Pass, job: string, { message }: WrongBytes | Failed): Promise<void> {
    const submission = pass.open.get(job);
    if (submission === undefined) return;
    const tries = (this.#tries.get(job) ?? 0) + 1;
    this.#tries.set(job, tries);
    if (isStalled(message) || tries >= MOST_TRIES) {
      const what = isStalled(message)
        ? describeStalled()
        : `It could not be graded by the workers of the queue, tried ${tries} times: ${message}`;
      await this.giveUp(pass, job, submission, { because: 'harness', what });
      return;
    }
    await this.#forget(job);
    pass.queued.delete(job);
  }
}
