import type { Job, Worker } from 'bullmq';
import { version } from '../base/version.ts';
import { isWeaker, type Level } from '../batch/isolation-level.ts';
import type { Connection } from './connect.ts';
import { BATCHES, keysOf, PREFIX } from './keys.ts';
import { libraries } from './load.ts';
import { type BatchEntry, KEPT, readBatches, redisNow, removeBatch } from './registry.ts';
import { MOST_STALLED } from './stalled.ts';

/** In milliseconds: for how long a worker has a job, unless it shows that it lives, and how often dead ones are looked for. */
export interface Patience {
  readonly lock: number;
  readonly look: number;
}

export const PATIENCE: Patience = { lock: 12_000, look: 4_000 };

/** A job that a worker has taken. */
export interface Taken {
  readonly batch: BatchEntry;
  readonly job: Job;
  readonly token: string;
  readonly bull: Worker;
}

/** A batch that a worker leaves to others. */
export interface Refused {
  readonly batch: BatchEntry;
  readonly why: string;
}

/** What a worker can do, and is called. */
interface Abilities {
  readonly name: string;
  readonly level: Level;
  readonly patience: Patience;
}

/** The queues that a worker visits in turn: single submissions first, then one job of each batch after the other. */
export class Turns {
  readonly #connection: Connection;
  readonly #abilities: Abilities;
  readonly #open = new Map<string, { entry: BatchEntry; readonly bull: Worker }>();
  readonly #empty = new Set<string>();
  #last = '';
  #count = 0;

  constructor(connection: Connection, abilities: Abilities) {
    this.#connection = connection;
    this.#abilities = abilities;
  }

  /** Looks which batches there are; returns those that this worker leaves to others. */
  async refresh(): Promise<readonly Refused[]> {
    const { redis } = this.#connection;
    const [all, now] = await Promise.all([readBatches(redis), redisNow(redis)]);
    const refused: Refused[] = [];
    const served = new Set<string>();
    for (const batch of all) {
      const why = this.#whyNot(batch);
      if (now - batch.seen > KEPT) await removeBatch(redis, batch.name);
      else if (why !== undefined) refused.push({ batch, why });
      else {
        served.add(batch.name);
        const known = this.#open.get(batch.name);
        if (known === undefined) this.#open.set(batch.name, { entry: batch, bull: this.#visit(batch.name) });
        else known.entry = batch;
      }
    }
    for (const [batch, { bull }] of this.#open) if (!served.has(batch)) await this.#leave(batch, bull);
    this.#empty.clear();
    return refused;
  }

  #whyNot({ version: wanted, level }: BatchEntry): string | undefined {
    if (wanted !== version()) return `it needs version ${wanted} of the grader, and this is ${version()}`;
    if (isWeaker(this.#abilities.level, level))
      return `it wants isolation ${level}, and here is ${this.#abilities.level}`;
    return undefined;
  }

  #visit(batch: string): Worker {
    const { createRedisBackend, Worker } = libraries();
    const bull = new Worker(
      batch,
      null,
      {
        connection: this.#connection.redis,
        prefix: PREFIX,
        name: this.#abilities.name,
        autorun: false,
        lockDuration: this.#abilities.patience.lock,
        stalledInterval: this.#abilities.patience.look,
        maxStalledCount: MOST_STALLED,
      },
      // Nothing is waited for on a connection of its own: all queues share one.
      (name, options) => createRedisBackend(name, options, {}),
    );
    bull.on('error', () => {});
    void bull.startStalledCheckTimer().catch(() => {});
    return bull;
  }

  async #leave(batch: string, bull: Worker): Promise<void> {
    this.#open.delete(batch);
    await bull.close(true).catch(() => {});
    // Looking for stalled jobs may have made keys anew that the batch had removed.
    const script = `if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4], KEYS[5]) end`;
    const keys = ['meta', 'events', 'stalled-check', 'marker'].map(keysOf(batch).job);
    await this.#connection.redis.eval(script, 1 + keys.length, BATCHES, ...keys, batch);
  }

  /** The next job; undefined where there is none. */
  async next(): Promise<Taken | undefined> {
    const all = [...this.#open.values()].toSorted((a, b) => a.entry.created - b.entry.created);
    const at = all.findIndex(({ entry }) => entry.name === this.#last) + 1;
    const inTurn = [...all.slice(at), ...all.slice(0, at)];
    const urgent = all.filter(({ entry }) => entry.urgent);
    for (const { entry, bull } of [...urgent, ...inTurn.filter(({ entry: one }) => !one.urgent)]) {
      if (this.#empty.has(entry.name)) continue;
      const token = `${this.#abilities.name}:${this.#count++}`;
      const job = await bull.getNextJob(token, { block: false });
      if (job === undefined) this.#empty.add(entry.name);
      else {
        if (!entry.urgent) this.#last = entry.name;
        return { batch: entry, job, token, bull };
      }
    }
    return undefined;
  }

  /** There may be something to do in a batch, known or not. */
  wake(batch: string): 'known' | 'new' {
    this.#empty.delete(batch);
    return this.#open.has(batch) ? 'known' : 'new';
  }

  async close(): Promise<void> {
    for (const [batch, { bull }] of this.#open) await this.#leave(batch, bull);
  }
}
