import type { Queue } from 'bullmq';
import type { Connection } from './connect.ts';
import type { Enqueuer } from './enqueue.ts';
import { PREFIX } from './keys.ts';
import { lookFor } from './look.ts';
import type { Pass } from './pass.ts';
import type { QueueBatch } from './queue-batch.ts';
import { MOST_QUEUED, RedisRoom } from './room.ts';
import type { Taker } from './taker.ts';

/** Milliseconds that a full Redis is waited for while it has no job of this batch. */
const FULL_PATIENCE = 10_000;

/** Puts the jobs of a batch into the queue, as many as there is room for, and takes them back. */
export class Filler {
  readonly room: RedisRoom;
  readonly #connection: Connection;
  readonly #batch: QueueBatch;
  readonly #queue: Queue;
  readonly #enqueuer: Enqueuer;
  readonly #taker: Taker;
  #fullSince: number | undefined;

  constructor(connection: Connection, batch: QueueBatch, queue: Queue, enqueuer: Enqueuer, taker: Taker) {
    this.#connection = connection;
    this.#batch = batch;
    this.#queue = queue;
    this.#enqueuer = enqueuer;
    this.#taker = taker;
    this.room = new RedisRoom(connection.redis);
  }

  /** Puts jobs there that are not: at first, and when Redis has lost them. Stops early where something else is to be done. */
  async fill(pass: Pass, isInterrupted: () => boolean): Promise<void> {
    for (const [job, submission] of pass.open) {
      if (pass.over || pass.round.drain.aborted || pass.queued.size >= MOST_QUEUED) return;
      if (pass.queued.has(job)) continue;
      if (!(await this.room.hasRoom())) return this.checkFull(pass);
      const why = await this.#enqueuer.add(job, submission, pass.round.alone);
      this.#fullSince = undefined;
      if (why !== undefined) {
        await this.#taker.giveUp(pass, job, submission, why);
        continue;
      }
      pass.queued.add(job);
      pass.round.started(submission);
      if (isInterrupted()) return;
    }
  }

  /** Throws a UserError where Redis has been full for long, and holds nothing of this batch that will make room. */
  checkFull(pass: Pass): void {
    this.#fullSince ??= performance.now();
    if (pass.queued.size > 0 || performance.now() - this.#fullSince < FULL_PATIENCE) return;
    throw this.room.error(this.#connection.address.shown);
  }

  /** Jobs of an earlier start of this batch that nobody asks for any more. */
  async takeBackOthers(pass: Pass): Promise<void> {
    const waiting = await this.#connection.redis.lrange(`${PREFIX}:${this.#batch.name}:wait`, 0, -1);
    for (const job of waiting) if (!pass.open.has(job)) await this.#queue.remove(job).catch(() => {});
  }

  /** Nothing more is to be begun: only what is being graded is still waited for. */
  async takeBack(pass: Pass): Promise<void> {
    await this.#queue.drain();
    const standings = await lookFor(this.#connection.redis, this.#batch.name, [...pass.open.keys()]);
    for (const [job, { at }] of standings) if (at === 'nowhere') pass.open.delete(job);
  }
}
