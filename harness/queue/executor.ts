import type { Queue } from 'bullmq';
import type { Executor, Round } from '../batch/executor.ts';
import { nothingToGrade } from '../batch/grade-one.ts';
import type { Submission } from '../batch/types.ts';
import { forgetName } from './batch-name.ts';
import { Bell } from './bell.ts';
import type { Connection } from './connect.ts';
import { isFull, isRedisFault } from './describe-redis-error.ts';
import { Enqueuer } from './enqueue.ts';
import { Filler } from './filler.ts';
import { jobId } from './job.ts';
import { keysOf, PREFIX } from './keys.ts';
import { libraries } from './load.ts';
import { lookFor } from './look.ts';
import { Pass } from './pass.ts';
import { BatchPresence } from './presence.ts';
import type { QueueBatch } from './queue-batch.ts';
import { redisNow, removeBatch } from './registry.ts';
import { Taker } from './taker.ts';

/** How often all that is not finished is looked for, in milliseconds: a message may be lost, and so may all of Redis. */
const LOOK = 2_000;
/** Milliseconds until Redis is tried again that has refused something: its password may be changed back, say. */
const REST = 1_000;
/** Milliseconds for clearing up, where Redis may be away: at the end, and when the batch was interrupted. */
const CLEAR = 10_000;
const LEAVE = 2_000;

/** Has the submissions of a batch graded by the workers of a queue. */
export class QueueExecutor implements Executor {
  readonly #connection: Connection;
  readonly #batch: QueueBatch;
  readonly #queue: Queue;
  readonly #enqueuer: Enqueuer;
  readonly #taker: Taker;
  readonly #filler: Filler;
  readonly #presence: BatchPresence;
  /** Jobs that are said to be finished, and what wakes the round that waits for them. */
  readonly #finished = new Set<string>();
  readonly #bell = new Bell();
  /** When all that is open was looked for. */
  #looked = Number.NEGATIVE_INFINITY;
  #last: 'complete' | 'drained' | 'stopped' = 'complete';

  private constructor(connection: Connection, batch: QueueBatch, created: number) {
    const { createRedisBackend, Queue } = libraries();
    const { redis } = connection;
    this.#connection = connection;
    this.#batch = batch;
    this.#queue = new Queue(batch.name, { connection: redis, prefix: PREFIX }, createRedisBackend);
    this.#queue.on('error', () => {});
    this.#enqueuer = new Enqueuer(redis, this.#queue, batch);
    this.#taker = new Taker(connection, batch, this.#queue, this.#enqueuer);
    this.#filler = new Filler(connection, batch, this.#queue, this.#enqueuer, this.#taker);
    this.#presence = new BatchPresence(redis, batch, created, () => this.#taker.done);
  }

  /** Announces a batch. Throws a UserError where Redis is full. */
  static async open(connection: Connection, batch: QueueBatch): Promise<QueueExecutor> {
    const executor = new QueueExecutor(connection, batch, await redisNow(connection.redis));
    await executor.#announceFirst();
    await executor.#listen();
    executor.#presence.begin();
    return executor;
  }

  async #announceFirst(): Promise<void> {
    try {
      await this.#presence.announce();
    } catch (error) {
      if (!isFull(error)) throw error;
      const { room } = this.#filler;
      await room.hasRoom();
      throw room.error(this.#connection.address.shown);
    }
  }

  async #listen(): Promise<void> {
    const listener = this.#connection.another();
    listener.on('message', (_channel: string, job: string) => {
      this.#finished.add(job);
      this.#bell.ring();
    });
    // Its messages are lost while Redis is away: whatever they were, everything is looked for then.
    listener.on('ready', () => {
      this.#looked = Number.NEGATIVE_INFINITY;
      this.#bell.ring();
    });
    await listener.subscribe(keysOf(this.#batch.name).finished);
  }

  async grade(round: Round): Promise<void> {
    const open = new Map<string, Submission>();
    for (const submission of round.submissions) {
      const nothing = nothingToGrade(submission);
      if (nothing === undefined)
        open.set(jobId(this.#batch.keyOf(submission), submission.id, round.alone), submission);
      else await round.graded(submission, this.#taker.unable(submission, nothing));
    }
    if (open.size === 0) return;
    const stopped = new Promise<void>((resolve) => {
      if (round.stop.aborted) resolve();
      else round.stop.addEventListener('abort', () => resolve(), { once: true });
    });
    const running = new Pass(open, round);
    // Whoever stops does not wait for a Redis that is away.
    await Promise.race([this.#run(running), stopped]);
    running.over = true;
    this.#last = round.stop.aborted ? 'stopped' : round.drain.aborted ? 'drained' : 'complete';
  }

  async close(complete: boolean): Promise<void> {
    const clearing = this.#presence.end().then(() => (complete ? this.#clear() : this.#leave()));
    // What could not be cleared up expires by itself.
    const late = new Promise<void>((resolve) => setTimeout(resolve, complete ? CLEAR : LEAVE).unref());
    await Promise.race([clearing.catch(() => {}), late]);
    this.#connection.close();
  }

  async #clear(): Promise<void> {
    await removeBatch(this.#connection.redis, this.#batch.name);
    await this.#enqueuer.bytes.removeFolder();
    if (this.#batch.out !== undefined) await forgetName(this.#batch.out);
  }

  /** What waits is taken back; what is being graded ends, and its result stays until the batch is started again. */
  async #leave(): Promise<void> {
    await this.#queue.drain();
    const active = await this.#queue.getActiveCount();
    if (active === 0 && this.#last === 'drained') await this.#clear();
  }

  async #run(pass: Pass): Promise<void> {
    const { stop, drain } = pass.round;
    await this.#filler.takeBackOthers(pass);
    while (pass.open.size > 0 && !pass.over) {
      try {
        await this.#turn(pass);
      } catch (error) {
        await this.#afterFault(pass, error);
      }
      if (pass.open.size > 0 && !pass.over) {
        const left = this.#looked + LOOK - performance.now();
        await this.#bell.wait(left, drain.aborted ? [stop] : [stop, drain]);
      }
    }
  }

  /** Takes what is finished, and puts into the queue what is not there. */
  async #turn(pass: Pass): Promise<void> {
    const isDue = performance.now() - this.#looked >= LOOK;
    if (isDue) this.#looked = performance.now();
    const some = [...this.#finished].filter((job) => pass.open.has(job));
    this.#finished.clear();
    const jobs = isDue ? [...pass.open.keys()] : some;
    await this.#taker.take(pass, await lookFor(this.#connection.redis, this.#batch.name, jobs));
    if (isDue) await this.#presence.report(pass.open.size);
    if (pass.round.drain.aborted) await this.#filler.takeBack(pass);
    else await this.#filler.fill(pass, () => this.#hasNews());
  }

  /** What is finished meanwhile need not wait until all are packed. */
  #hasNews(): boolean {
    if (this.#finished.size === 0) return false;
    this.#bell.ring();
    return true;
  }

  /** What Redis refuses is tried again after a while. */
  async #afterFault(pass: Pass, error: unknown): Promise<void> {
    if (!isRedisFault(error)) throw error;
    this.#looked = Number.NEGATIVE_INFINITY;
    if (isFull(error)) {
      this.#filler.room.refused();
      this.#filler.checkFull(pass);
    }
    await this.#bell.wait(REST, [pass.round.stop]);
  }
}
