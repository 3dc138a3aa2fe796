import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import path from 'node:path';

/** Files larger than this hold data, not a port number. */
const LARGEST = 256 * 1024;
const MOST_FILES = 200;

/** Every number from 1 to 65535 that stands in the files at the top of a folder: ports that a program may use. */
export async function numbersIn(folder: string): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile()).slice(0, MOST_FILES)) {
    const file = path.join(folder, entry.name);
    const text = await readPlain(file);
    if (text === undefined) continue;
    for (const [digits] of text.matchAll(/(?<![\w.])\d{1,5}(?![\w.]*\w)/g)) {
      const number = Number(digits);
      if (number >= 1 && number <= 65535) found.add(number);
    }
  }
  return found;
}

/** Text of an ordinary file, not of what a program may put in its place meanwhile: a link to elsewhere, a pipe. */
async function readPlain(name: string): Promise<string | undefined> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(name, flags).catch(() => undefined);
  try {
    const info = await file?.stat();
    return info?.isFile() && info.size <= LARGEST ? await file?.readFile('latin1') : undefined;
  } finally {
    await file?.close();
  }
}
