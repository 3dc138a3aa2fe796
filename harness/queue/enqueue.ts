import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { defined } from '../base/defined.ts';
import { version } from '../base/version.ts';
import type { Submission } from '../batch/types.ts';
import type { Unable } from '../grading/unable.ts';
import { packed } from '../worker/protocol.ts';
import { Bytes, MOST_IN_REDIS, mebibytes } from './bytes.ts';
import type { JobData } from './job.ts';
import { keysOf, WAKE } from './keys.ts';
import { hashOf, packFolder, packJson } from './pack.ts';
import type { QueueBatch } from './queue-batch.ts';

/** Puts the jobs of a batch into its queue, with the bytes that they are about. */
export class Enqueuer {
  readonly bytes: Bytes;
  readonly #redis: Redis;
  readonly #queue: Queue;
  readonly #batch: QueueBatch;
  #assignment: Promise<{ readonly hash: string; readonly bytes: Buffer }> | undefined;
  /** Which jobs need which bytes. */
  readonly #needs = new Map<string, Set<string>>();

  constructor(redis: Redis, queue: Queue, batch: QueueBatch) {
    this.#redis = redis;
    this.#queue = queue;
    this.#batch = batch;
    this.bytes = new Bytes(redis, batch.name, batch.store);
  }

  /** The bytes first: a job that is in the queue has all that it needs. Returns why a submission cannot go there. */
  async add(job: string, submission: Submission, alone: boolean): Promise<Unable | undefined> {
    const bytes = await packFolder(this.#batch.folderOf(submission));
    if (!this.bytes.hasRoomFor(bytes)) return tooLarge(bytes);
    const hash = hashOf(bytes);
    await this.bytes.put(hash, bytes);
    const assignment = await this.#putAssignment();
    await this.#queue.add('grade', this.#data(submission, { hash, assignment, alone }), {
      jobId: job,
      removeOnComplete: true,
    });
    this.#needs.set(hash, (this.#needs.get(hash) ?? new Set()).add(job));
    await this.#redis.publish(WAKE, this.#batch.name);
    return undefined;
  }

  /** Removes the bytes that only this job has needed. */
  async done(job: string): Promise<void> {
    for (const [hash, jobs] of this.#needs) {
      if (!jobs.delete(job) || jobs.size > 0) continue;
      this.#needs.delete(hash);
      await this.bytes.remove([hash]);
    }
  }

  async #putAssignment(): Promise<string> {
    this.#assignment ??= packJson(packed(this.#batch.grading.assignment)).then((bytes) => ({
      hash: hashOf(bytes),
      bytes,
    }));
    const { hash, bytes } = await this.#assignment;
    const isThere =
      bytes.length > 0 && (await this.#redis.exists(keysOf(this.#batch.name).bytes(hash))) === 1;
    if (!isThere) await this.bytes.put(hash, bytes);
    return hash;
  }

  #data(
    submission: Submission,
    {
      hash,
      assignment,
      alone,
    }: { readonly hash: string; readonly assignment: string; readonly alone: boolean },
  ): JobData {
    const { spec, only = [], params = {}, seed = '', jobs, unsafe = false } = this.#batch.grading.job;
    const { build, run, port, timeoutScale } = this.#batch.grading.job;
    const { id, from, sha256, files } = submission;
    return {
      schema: 'socket-grader/job/v1',
      version: version(),
      key: this.#batch.keyOf(submission),
      submission: { id, from, sha256, files, bytes: hash },
      assignment,
      alone,
      options: {
        spec,
        only: [...only],
        params: { ...params },
        seed,
        unsafe,
        ...defined({ jobs, build, run, port, timeoutScale }),
      },
    };
  }
}

function tooLarge(bytes: Uint8Array): Unable {
  return {
    because: 'precondition',
    what: `It has ${mebibytes(bytes.length)} when packed, more than goes through Redis (${mebibytes(MOST_IN_REDIS)})`,
    fix: 'Give the batch and all workers a folder that they share (--store DIR), and the batch --regrade inconclusive.',
  };
}
