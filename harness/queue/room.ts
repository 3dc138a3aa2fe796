import type { Redis } from 'ioredis';
import { UserError } from '../base/user-error.ts';

/** Jobs of one batch that are in Redis at a time: what many submissions take there has a bound. */
export const MOST_QUEUED = 1_000;
/** The part of Redis' memory that batches leave for results. */
const LEFT = 0.25;
/** Milliseconds for which an answer counts. */
const FRESH = 500;

/** Whether Redis has room for more jobs. */
export class RedisRoom {
  readonly #redis: Redis;
  #at = Number.NEGATIVE_INFINITY;
  #share = 0;
  #text = '';

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async hasRoom(): Promise<boolean> {
    if (performance.now() - this.#at > FRESH) {
      const info = await this.#redis.info('memory');
      const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
      const [used, most] = [field('used_memory'), field('maxmemory')];
      this.#share = most === 0 ? 0 : used / most;
      this.#text = `${mebi(used)} of ${mebi(most)} MiB are used`;
      this.#at = performance.now();
    }
    return this.#share < 1 - LEFT;
  }

  /** To be called after Redis has refused something. */
  refused(): void {
    this.#at = Number.NEGATIVE_INFINITY;
  }

  /** What there is to say when nothing fits. */
  error(where: string): UserError {
    return new UserError({
      where,
      what: `Redis is full${this.#text === '' ? '' : `: ${this.#text}`}`,
      fix: 'Raise maxmemory in its redis.conf (CONFIG SET maxmemory 1gb), or free what else is in it.',
    });
  }
}

function mebi(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(1);
}
