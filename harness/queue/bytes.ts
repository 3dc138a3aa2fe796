import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Redis } from 'ioredis';
import { replaceFile } from '../base/replace-file.ts';
import { UserError } from '../base/user-error.ts';
import { type BatchKeys, keysOf } from './keys.ts';
import { hashOf, WrongBytes } from './pack.ts';
import { KEPT } from './registry.ts';

/** Most bytes of one thing that Redis holds. */
export const MOST_IN_REDIS = 8 * 1024 ** 2;

/** Bytes of a batch by their hash: small ones in Redis, large ones in a folder that all machines share. */
export class Bytes {
  readonly #redis: Redis;
  readonly #keys: BatchKeys;
  readonly #folder: string | undefined;

  constructor(redis: Redis, batch: string, store?: string) {
    this.#redis = redis;
    this.#keys = keysOf(batch);
    this.#folder = store === undefined ? undefined : path.join(path.resolve(store), batch);
  }

  /** Whether they can be put somewhere. */
  hasRoomFor(bytes: Uint8Array): boolean {
    return bytes.length <= MOST_IN_REDIS || this.#folder !== undefined;
  }

  /** Puts bytes where others find them. Throws a UserError for more than Redis should hold, where there is no folder. */
  async put(hash: string, bytes: Buffer): Promise<void> {
    if (bytes.length <= MOST_IN_REDIS) {
      await this.#redis.set(this.#keys.bytes(hash), bytes, 'PX', KEPT);
      return;
    }
    if (this.#folder === undefined)
      throw new UserError({
        where: '--queue',
        what: `the specification with its files has ${mebibytes(bytes.length)}, more than goes through Redis (${mebibytes(MOST_IN_REDIS)})`,
        fix: 'Give this command and all workers a folder that they share: --store DIR.',
      });
    await mkdir(this.#folder, { recursive: true });
    await replaceFile(path.join(this.#folder, hash), bytes);
  }

  /** Bytes by their hash; undefined where they are not. Throws WrongBytes for ones that were changed. */
  async get(hash: string): Promise<Buffer | undefined> {
    const bytes =
      (await this.#redis.getBuffer(this.#keys.bytes(hash))) ??
      (this.#folder === undefined
        ? undefined
        : await readFile(path.join(this.#folder, hash)).catch(() => undefined));
    if (bytes !== undefined && hashOf(bytes) !== hash)
      throw new WrongBytes('bytes were changed on their way');
    return bytes;
  }

  async remove(hashes: readonly string[]): Promise<void> {
    if (hashes.length === 0) return;
    await this.#redis.unlink(...hashes.map((hash) => this.#keys.bytes(hash)));
    const folder = this.#folder;
    if (folder !== undefined) for (const hash of hashes) await rm(path.join(folder, hash), { force: true });
  }

  /** Removes the folder; those in Redis go with the batch. */
  async removeFolder(): Promise<void> {
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }
}

export function mebibytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
