import os from 'node:os';
import type { Redis } from 'ioredis';
import { Heartbeat } from '../base/heartbeat.ts';
import { version } from '../base/version.ts';
import type { QueueBatch } from './queue-batch.ts';
import { announceBatch, BEAT, readWorkers } from './registry.ts';

/** Shows the others on a queue that a batch is there, and tells its watcher how the others are. */
export class BatchPresence {
  readonly #redis: Redis;
  readonly #batch: QueueBatch;
  readonly #created: number;
  readonly #doneSoFar: () => number;
  /** While Redis is away announcements would pile up, and come after the batch has gone. */
  readonly #heartbeat = new Heartbeat(() => this.announce());

  /** `created` is by the clock of Redis, in milliseconds. */
  constructor(redis: Redis, batch: QueueBatch, created: number, doneSoFar: () => number) {
    this.#redis = redis;
    this.#batch = batch;
    this.#created = created;
    this.#doneSoFar = doneSoFar;
  }

  async announce(): Promise<void> {
    const { name, title, level, urgent = false, total } = this.#batch;
    await announceBatch(this.#redis, {
      name,
      title,
      level,
      urgent,
      total,
      version: version(),
      host: os.hostname(),
      pid: process.pid,
      done: this.#doneSoFar(),
      created: this.#created,
    });
  }

  begin(): void {
    this.#heartbeat.begin(BEAT);
  }

  /** Settles when nothing is announced any more. */
  end(): Promise<void> {
    return this.#heartbeat.end();
  }

  /** Says how many workers there are, and what they grade; `open` submissions of the batch have no result yet. */
  async report(open: number): Promise<void> {
    const { watch, name, level } = this.#batch;
    if (watch === undefined) return;
    const workers = await readWorkers(this.#redis);
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
      waiting: Math.max(0, open - running),
      all: all.length,
      batches: new Set(all.map(({ batch }) => batch)).size,
    });
  }
}
