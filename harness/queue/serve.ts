import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import os from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { defined } from '../base/defined.ts';
import { plainLine } from '../base/plain.ts';
import { version } from '../base/version.ts';
import { Concurrency } from '../batch/concurrency.ts';
import type { Graded } from '../batch/executor.ts';
import { MOST_PER_CORE } from '../batch/local-executor.ts';
import { Bell, unlessStopped } from './bell.ts';
import { isFull } from './describe-redis-error.ts';
import { describeFailure, giveBack, handOver, type Running } from './hand-over.ts';
import { readJob } from './job.ts';
import { WAKE, WORKERS } from './keys.ts';
import { announceWorker, BEAT } from './registry.ts';
import type { ServeEvent, ServeOptions } from './serve-options.ts';
import { PATIENCE, type Patience, type Taken, Turns } from './turns.ts';
import { Grader } from './work.ts';
import { WorkFolder } from './work-folder.ts';

/** Milliseconds between two looks for jobs that nobody has announced: messages may be lost. */
const LOOK = 1_000;
/** Milliseconds between two readings of the machine's load. */
const ADJUST = 200;
/** Milliseconds for which a worker takes nothing after it has failed itself. */
const REST = 3_000;

/** Serves a queue until it is asked to end: takes jobs, one of each batch in turn, grades them, and hands over results. */
export async function serve(options: ServeOptions): Promise<void> {
  const folder = await WorkFolder.make();
  const server = new Server(options, folder.path);
  try {
    await server.run();
  } finally {
    await folder.remove();
  }
}

type Ended = Extract<ServeEvent, { type: 'ended' }>;

class Server {
  readonly #options: ServeOptions;
  readonly #name = `${os.hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  readonly #turns: Turns;
  readonly #grader: Grader;
  readonly #running = new Map<string, Running>();
  readonly #slots: number[];
  readonly #concurrency: Concurrency | undefined;
  readonly #patience: Patience;
  readonly #started = Date.now();
  readonly #said = new Set<string>();
  #limit: number;
  #graded = 0;
  #alone = false;
  #restUntil = 0;
  readonly #bell = new Bell();

  constructor(options: ServeOptions, folder: string) {
    const { jobs, connection, level, patience = PATIENCE } = options;
    this.#patience = patience;
    this.#options = options;
    this.#turns = new Turns(connection, { name: this.#name, level, patience });
    this.#grader = new Grader({ ...options, folder });
    const most = jobs === 'auto' ? MOST_PER_CORE * os.availableParallelism() : jobs;
    this.#slots = Array.from({ length: most }, (_, slot) => slot);
    this.#concurrency = jobs === 'auto' ? new Concurrency({ most }) : undefined;
    this.#limit = this.#concurrency?.now ?? most;
  }

  async run(): Promise<void> {
    const { connection, drain, stop, watch } = this.#options;
    const listener = connection.another();
    let isNew = true;
    listener.on('message', (_channel: string, batch: string) => {
      if (this.#turns.wake(batch) === 'new') isNew = true;
      this.#bell.ring();
    });
    await listener.subscribe(WAKE);
    const timers = [
      setInterval(() => void this.#announce().catch(() => {}), BEAT),
      setInterval(() => void this.#renew().catch(() => {}), this.#patience.lock / 4),
      setInterval(() => this.#adjust(), ADJUST),
    ];
    const over = AbortSignal.any([drain, stop]);
    const ended = once(over, 'abort').catch(() => {});
    try {
      await this.#announce();
      watch({ type: 'ready' });
      let looked = Number.NEGATIVE_INFINITY;
      while (!over.aborted) {
        // Whoever ends it does not wait for a Redis that is away.
        const isDue = isNew || performance.now() - looked >= LOOK;
        if (isDue) {
          looked = performance.now();
          isNew = false;
          await Promise.race([this.#refresh(), ended]);
        }
        const taken =
          this.#hasRoom() && !over.aborted ? await Promise.race([this.#take(), ended]) : undefined;
        if (taken !== true) await this.#bell.wait(looked + LOOK - performance.now(), [over]);
      }
      await this.#finish(stop);
    } finally {
      for (const timer of timers) clearInterval(timer);
      const leaving = connection.redis
        .hdel(WORKERS, this.#name)
        .then(() => this.#turns.close())
        .catch(() => {});
      await Promise.race([leaving, wait(2_000, undefined, { ref: false })]);
    }
  }

  async #refresh(): Promise<void> {
    const refused = await this.#trying(() => this.#turns.refresh());
    for (const one of refused ?? []) {
      const key = `${one.batch.name} ${one.why}`;
      if (!this.#said.has(key)) this.#options.watch({ type: 'refused', refused: one });
      this.#said.add(key);
    }
  }

  #hasRoom(): boolean {
    return !this.#alone && this.#running.size < this.#limit && performance.now() >= this.#restUntil;
  }

  /** Takes a job if there is one. */
  async #take(): Promise<boolean> {
    const taken = await this.#trying(() => this.#turns.next());
    if (taken === undefined) return false;
    const { job, batch } = taken;
    const key = `${batch.name} ${job.id}`;
    const known = this.#running.get(key);
    // Redis has lost that it is being graded here, and its batch has put it back.
    if (known !== undefined) {
      known.taken = taken;
      return true;
    }
    const data = readJob(job.data);
    if (job.deferredFailure !== undefined || typeof data === 'string' || data.version !== version()) {
      const why =
        job.deferredFailure ?? (typeof data === 'string' ? data : 'it needs another version of the grader');
      await this.#trying(() => job.moveToFailed(new Error(why), taken.token, false));
      return true;
    }
    const running = { taken, data, since: Date.now() };
    this.#running.set(key, running);
    if (data.alone) this.#alone = true;
    void this.#work(running).finally(() => {
      this.#running.delete(key);
      if (data.alone) this.#alone = false;
      this.#bell.ring();
    });
    return true;
  }

  async #work(running: Running): Promise<void> {
    const { watch } = this.#options;
    const { title } = running.taken.batch;
    const { id } = running.data.submission;
    watch({ type: 'began', title, id, running: this.#running.size });
    const { outcome, why } = await this.#outcomeOf(running);
    watch({
      type: 'ended',
      title,
      id,
      outcome,
      seconds: (Date.now() - running.since) / 1000,
      running: this.#running.size - 1,
      ...defined({ why }),
    });
  }

  async #outcomeOf(running: Running): Promise<Pick<Ended, 'outcome' | 'why'>> {
    const { stop } = this.#options;
    const slot = this.#slots.shift() ?? 0;
    try {
      const graded = await this.#grade(running, slot);
      if (stop.aborted) return await this.#giveBack(running);
      if (!(await handOver(running, graded, this.#options)))
        return { outcome: 'failed', why: 'its batch is gone' };
      this.#graded++;
      return { outcome: graded.report.status === 'inconclusive' ? 'inconclusive' : 'graded' };
    } catch (error) {
      return stop.aborted ? await this.#giveBack(running) : await this.#fail(running, error);
    } finally {
      this.#slots.unshift(slot);
    }
  }

  /** What is to be graded alone waits for all others. */
  async #grade({ taken, data }: Running, slot: number): Promise<Graded> {
    const { stop } = this.#options;
    while (data.alone && this.#running.size > 1 && !stop.aborted) await this.#bell.wait(LOOK, [stop]);
    return this.#grader.grade(taken.batch.name, data, { slot, stop });
  }

  async #giveBack(running: Running): Promise<Pick<Ended, 'outcome'>> {
    await giveBack(running);
    return { outcome: 'given back' };
  }

  /** Other workers are let try, before this one takes anything again. */
  async #fail({ taken }: Running, error: unknown): Promise<Pick<Ended, 'outcome' | 'why'>> {
    const why = describeFailure(error);
    this.#restUntil = performance.now() + REST;
    const failed = this.#trying(() => taken.job.moveToFailed(new Error(why), taken.token, false));
    await unlessStopped(failed, this.#options.stop).catch(() => {});
    return { outcome: 'failed', why };
  }

  /** Waits for what runs; with `stop` it has been ended already, and is only given back. */
  async #finish(stop: AbortSignal): Promise<void> {
    while (this.#running.size > 0) await this.#bell.wait(LOOK, stop.aborted ? [] : [stop]);
  }

  async #renew(): Promise<void> {
    const byQueue = new Map<Taken['bull'], Taken[]>();
    for (const { taken } of this.#running.values())
      byQueue.set(taken.bull, [...(byQueue.get(taken.bull) ?? []), taken]);
    for (const [bull, all] of byQueue) {
      const ids = all.map(({ job }) => job.id ?? '');
      const tokens = all.map(({ token }) => token);
      await this.#trying(() => bull.extendJobLocks(ids, tokens, this.#patience.lock));
    }
  }

  async #announce(): Promise<void> {
    const { connection, level } = this.#options;
    await announceWorker(connection.redis, {
      name: this.#name,
      host: os.hostname(),
      pid: process.pid,
      version: version(),
      level,
      jobs: this.#limit,
      running: [...this.#running.values()].map(({ taken, data, since }) => ({
        batch: taken.batch.name,
        id: data.submission.id,
        since,
      })),
      graded: this.#graded,
      started: this.#started,
    });
  }

  #adjust(): void {
    if (this.#concurrency === undefined) return;
    const before = this.#limit;
    this.#limit = this.#concurrency.adjust(this.#running.size >= this.#limit);
    if (this.#limit > before) this.#bell.ring();
  }

  /** What Redis refuses now may go later: an error is said once, and nothing else happens. */
  async #trying<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const what = isFull(error) ? 'Redis is full' : plainLine((error as Error).message, 300);
      const isQuiet = /Connection is closed|Missing (lock|key)|Lock mismatch/.test(what);
      if (!isQuiet && !this.#said.has(what)) this.#options.watch({ type: 'trouble', what });
      this.#said.add(what);
      return undefined;
    }
  }
}
