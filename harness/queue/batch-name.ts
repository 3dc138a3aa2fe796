import { createHash, randomUUID } from 'node:crypto';
import { readFile, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile } from '../base/replace-file.ts';

/** Where a batch keeps the name under which it is in Redis. */
const NAME_FILE = '.queue';

/** The name of a batch by the folder of its results: the same when it is started again, another one for a copy of the folder. */
export async function nameOfBatch(out: string): Promise<string> {
  const file = path.join(out, NAME_FILE);
  let seed = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (!/^[0-9a-f-]{36}$/.test(seed)) {
    seed = randomUUID();
    await replaceFile(file, `${seed}\n`, { durable: true });
  }
  const hash = createHash('sha256').update(`${seed}\0${await realpath(out)}`);
  return `batch-${hash.digest('hex').slice(0, 16)}`;
}

/** To be called once nothing of a batch is left in Redis: it needs no name there. */
export async function forgetName(out: string): Promise<void> {
  await rm(path.join(out, NAME_FILE), { force: true });
}
