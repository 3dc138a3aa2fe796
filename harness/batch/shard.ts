import { createHash } from 'node:crypto';

/** The `index`-th of `count` parts, counted from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Whether a submission belongs to a part: by its name alone, so that it stays there whatever else is handed in. */
export function inShard(id: string, { index, count }: Shard): boolean {
  const number = createHash('sha256').update(id).digest().readUInt32BE(0);
  return number % count === index - 1;
}
