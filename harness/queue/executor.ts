import os from 'node:os';
import type { Queue } from 'bullmq';
import PQueue from 'p-queue';
import { version } from '../base/version.ts';
import type { Executor, Grading, Round } from '../batch/executor.ts';
import { nothingToGrade, unableToGrade } from '../batch/grade-one.ts';
import type { Level } from '../batch/isolation-level.ts';
import type { QueueState } from '../batch/progress.ts';
import type { Submission } from '../batch/types.ts';
import { forgetName } from './batch-name.ts';
import { Bell } from './bell.ts';
import type { Connection } from './connect.ts';
import { isFull, isRedisFault } from './describe-redis-error.ts';
import { Enqueuer } from './enqueue.ts';
import { jobId } from './job.ts';
import { keysOf, PREFIX } from './keys.ts';
import { libraries } from './load.ts';
import { lookFor, type Standing } from './look.ts';
import { WrongBytes } from './pack.ts';
import { announceBatch, BEAT, readWorkers, redisNow, removeBatch } from './registry.ts';
import { loadResult } from './result.ts';
import { MOST_QUEUED, RedisRoom } from './room.ts';
import { describeStalled, isStalled } from './stalled.ts';

/** What a queue needs to know of a batch. */
export interface QueueBatch {
  readonly grading: Grading;
  /** Unique; the same when the batch is started again. */
  readonly name: string;
  readonly title: string;
  /** What `resultKey` gives for a submission. */
  readonly keyOf: (submission: Submission) => string;
  /** Where the files of a submission are. */
  readonly folderOf: (submission: Submission) => string;
  /** The least isolation at which it may be graded. */
  readonly level: Level;
  readonly total: number;
  /** It goes before others. @default false */
  readonly urgent?: boolean;
  /** A folder that all machines share, for what is too large for Redis. */
  readonly store?: string;
  /** The folder of its results, which has the name of the batch. */
  readonly out?: string;
  /** Hears how the queue goes on, every few seconds. */
  readonly watch?: (state: QueueState) => void;
}

/** How often all that is not finished is looked for, in milliseconds: a message may be lost, and so may all of Redis. */
const LOOK = 2_000;
/** Milliseconds until Redis is tried again that has refused something: its password may be changed back, say. */
const REST = 1_000;
/** Results that are taken in at a time. */
const AT_A_TIME = 4;
/** How often a job is put back that failed for a reason of its worker. */
const MOST_TRIES = 3;
/** Milliseconds that a full Redis is waited for while it has no job of this batch. */
const FULL_PATIENCE = 10_000;
/** Milliseconds for clearing up, where Redis may be away: at the end, and when the batch was interrupted. */
const CLEAR = 10_000;
const LEAVE = 2_000;

/** Has the submissions of a batch graded by the workers of a queue. */
export class QueueExecutor implements Executor {
  readonly #connection: Connection;
  readonly #batch: QueueBatch;
  readonly #queue: Queue;
  readonly #enqueuer: Enqueuer;
  readonly #room: RedisRoom;
  readonly #created: number;
  readonly #tries = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #announcing: Promise<void> = Promise.resolve();
  #isAnnouncing = false;
  #done: number;
  /** Jobs that are said to be finished, and what wakes the round that waits for them. */
  readonly #finished = new Set<string>();
  readonly #bell = new Bell();
  #fullSince: number | undefined;
  /** When all that is open was looked for. */
  #looked = Number.NEGATIVE_INFINITY;
  #last: 'complete' | 'drained' | 'stopped' = 'complete';

  private constructor(connection: Connection, batch: QueueBatch, created: number) {
    const { createRedisBackend, Queue } = libraries();
    this.#connection = connection;
    this.#batch = batch;
    this.#created = created;
    this.#done = 0;
    this.#queue = new Queue(batch.name, { connection: connection.redis, prefix: PREFIX }, createRedisBackend);
    this.#queue.on('error', () => {});
    this.#enqueuer = new Enqueuer(connection.redis, this.#queue, batch);
    this.#room = new RedisRoom(connection.redis);
  }

  /** Announces a batch. Throws a UserError where Redis is full. */
  static async open(connection: Connection, batch: QueueBatch): Promise<QueueExecutor> {
    const executor = new QueueExecutor(connection, batch, await redisNow(connection.redis));
    try {
      await executor.#announce();
    } catch (error) {
      if (isFull(error)) {
        await executor.#room.hasRoom();
        throw executor.#room.error(connection.address.shown);
      }
      throw error;
    }
    const listener = connection.another();
    listener.on('message', (_channel: string, job: string) => {
      executor.#finished.add(job);
      executor.#bell.ring();
    });
    // Its messages are lost while Redis is away: whatever they were, everything is looked for then.
    listener.on('ready', () => {
      executor.#looked = Number.NEGATIVE_INFINITY;
      executor.#bell.ring();
    });
    await listener.subscribe(keysOf(batch.name).finished);
    executor.#timer = setInterval(() => executor.#beat(), BEAT).unref();
    return executor;
  }

  async grade(round: Round): Promise<void> {
    const open = new Map<string, Submission>();
    for (const submission of round.submissions) {
      const nothing = nothingToGrade(submission);
      if (nothing === undefined)
        open.set(jobId(this.#batch.keyOf(submission), submission.id, round.alone), submission);
      else await round.graded(submission, this.#unable(submission, nothing));
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
    clearInterval(this.#timer);
    const clearing = this.#announcing.then(() => (complete ? this.#clear() : this.#leave()));
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
    await this.#takeBackOthers(pass);
    while (pass.open.size > 0 && !pass.over) {
      try {
        await this.#advance(pass);
      } catch (error) {
        if (!isRedisFault(error)) throw error;
        this.#looked = Number.NEGATIVE_INFINITY;
        if (isFull(error)) {
          this.#room.refused();
          this.#checkFull(pass);
        }
        await this.#bell.wait(REST, [pass.round.stop]);
      }
      if (pass.open.size > 0 && !pass.over) {
        const { stop, drain } = pass.round;
        const left = this.#looked + LOOK - performance.now();
        await this.#bell.wait(left, drain.aborted ? [stop] : [stop, drain]);
      }
    }
  }

  /** Takes what has come and hands out what there is room for; all jobs are looked at now and then, else those that ended. */
  async #advance(pass: Pass): Promise<void> {
    const isDue = performance.now() - this.#looked >= LOOK;
    if (isDue) this.#looked = performance.now();
    const some = [...this.#finished].filter((job) => pass.open.has(job));
    this.#finished.clear();
    await this.#take(pass, await this.#look(isDue ? [...pass.open.keys()] : some));
    if (isDue) await this.#report(pass);
    if (pass.round.drain.aborted) await this.#takeBack(pass);
    else await this.#fill(pass);
  }

  #look(jobs: readonly string[]): Promise<ReadonlyMap<string, Standing>> {
    return lookFor(this.#connection.redis, this.#batch.name, jobs);
  }

  async #take(pass: Pass, standings: ReadonlyMap<string, Standing>): Promise<void> {
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
      await this.#keep(pass, job, submission, graded);
    } catch (error) {
      if (!(error instanceof WrongBytes) && !(error instanceof Failed)) throw error;
      await this.#failed(pass, job, submission, error);
    }
  }

  async #keep(
    pass: Pass,
    job: string,
    submission: Submission,
    graded: Parameters<Round['graded']>[1],
  ): Promise<void> {
    if (pass.over) return;
    await pass.round.graded(submission, graded);
    // A result that comes a second time is of no submission that is open.
    pass.open.delete(job);
    pass.queued.delete(job);
    this.#tries.delete(job);
    this.#done++;
    await this.#forget(job);
    await this.#enqueuer.done(job);
  }

  async #forget(job: string): Promise<void> {
    await this.#connection.redis.unlink(keysOf(this.#batch.name).result(job));
    // One that another worker has begun as well stays, until the batch is at its end.
    await this.#queue.remove(job).catch(() => {});
  }

  /** A job without a result is put back, unless it ends its workers, or fails again and again. */
  async #failed(pass: Pass, job: string, submission: Submission, error: WrongBytes | Failed): Promise<void> {
    const tries = (this.#tries.get(job) ?? 0) + 1;
    this.#tries.set(job, tries);
    if (isStalled(error.message) || tries >= MOST_TRIES) {
      const what = isStalled(error.message)
        ? describeStalled()
        : `It could not be graded by the workers of the queue, tried ${tries} times: ${error.message}`;
      await this.#keep(pass, job, submission, this.#unable(submission, { because: 'harness', what }));
      return;
    }
    await this.#forget(job);
    pass.queued.delete(job);
  }

  #unable(submission: Submission, why: Parameters<typeof unableToGrade>[2]['why']) {
    return unableToGrade(this.#batch.grading, submission, { why, final: true });
  }

  /** Puts jobs into the queue that are not there: at first, and when Redis has lost them. */
  async #fill(pass: Pass): Promise<void> {
    for (const [job, submission] of pass.open) {
      if (pass.over || pass.round.drain.aborted || pass.queued.size >= MOST_QUEUED) return;
      if (pass.queued.has(job)) continue;
      if (!(await this.#room.hasRoom())) {
        this.#checkFull(pass);
        return;
      }
      const why = await this.#enqueuer.add(job, submission, pass.round.alone);
      this.#fullSince = undefined;
      if (why !== undefined) {
        await this.#keep(pass, job, submission, this.#unable(submission, why));
        continue;
      }
      pass.queued.add(job);
      pass.round.started(submission);
      // What is finished meanwhile need not wait until all are packed.
      if (this.#finished.size > 0) {
        this.#bell.ring();
        return;
      }
    }
  }

  #checkFull(pass: Pass): void {
    this.#fullSince ??= performance.now();
    if (pass.queued.size > 0 || performance.now() - this.#fullSince < FULL_PATIENCE) return;
    throw this.#room.error(this.#connection.address.shown);
  }

  /** Jobs of an earlier start of this batch that nobody asks for any more. */
  async #takeBackOthers(pass: Pass): Promise<void> {
    const waiting = await this.#connection.redis.lrange(`${PREFIX}:${this.#batch.name}:wait`, 0, -1);
    for (const job of waiting) if (!pass.open.has(job)) await this.#queue.remove(job).catch(() => {});
  }

  /** Nothing more is to be begun: only what is being graded is still waited for. */
  async #takeBack(pass: Pass): Promise<void> {
    await this.#queue.drain();
    for (const [job, { at }] of await this.#look([...pass.open.keys()]))
      if (at === 'nowhere') pass.open.delete(job);
  }

  /** One at a time: while Redis is away they would pile up, and come after the batch has gone. */
  #beat(): void {
    if (this.#isAnnouncing) return;
    this.#isAnnouncing = true;
    this.#announcing = this.#announce()
      .catch(() => {})
      .finally(() => {
        this.#isAnnouncing = false;
      });
  }

  async #announce(): Promise<void> {
    const { name, title, level, urgent = false, total } = this.#batch;
    await announceBatch(this.#connection.redis, {
      name,
      title,
      level,
      urgent,
      total,
      version: version(),
      host: os.hostname(),
      pid: process.pid,
      done: this.#done,
      created: this.#created,
    });
  }

  async #report(pass: Pass): Promise<void> {
    const { watch, name, level } = this.#batch;
    if (watch === undefined) return;
    const workers = await readWorkers(this.#connection.redis);
    const all = workers.flatMap((worker) => worker.running);
    const running = all.filter(({ batch }) => batch === name).length;
    watch({
      workers: workers.map((worker) => ({
        host: worker.host,
        level: worker.level,
        version: worker.version,
      })),
      level,
      version: version(),
      running,
      waiting: Math.max(0, pass.open.size - running),
      all: all.length,
      batches: new Set(all.map(({ batch }) => batch)).size,
    });
  }
}

/** A round under way. */
class Pass {
  readonly open: Map<string, Submission>;
  readonly round: Round;
  /** Jobs that are in Redis, as far as was seen. */
  readonly queued = new Set<string>();
  over = false;

  constructor(open: Map<string, Submission>, round: Round) {
    this.open = open;
    this.round = round;
  }
}

/** A job that its worker has given up. */
class Failed extends Error {}
