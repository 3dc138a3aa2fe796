import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { gistOf } from './gist.ts';

/** Longest file whose white space and comments are looked at, in bytes. */
const LONGEST = 1024 ** 2;

/** What tells submissions apart, or shows that they are the same. */
export interface Fingerprint {
  readonly files: number;
  readonly sha256: string;
  readonly gist: string;
}

/** Reads all files of a folder, one after the other. Names count for the hash, and not for the gist. */
export async function fingerprint(folder: string): Promise<Fingerprint> {
  const hash = createHash('sha256');
  const gists: string[] = [];
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
  for (const name of names) {
    const file = path.join(folder, name);
    const { size, mode } = await stat(file);
    hash.update(`${name}\0${size}\0${mode & 0o111 ? 'x' : '-'}\0`);
    if (size <= LONGEST) {
      const bytes = await readFile(file);
      hash.update(bytes);
      gists.push(createHash('sha256').update(gistOf(name, bytes)).digest('hex'));
    } else {
      const own = createHash('sha256');
      for await (const chunk of createReadStream(file)) {
        hash.update(chunk as Buffer);
        own.update(chunk as Buffer);
      }
      gists.push(own.digest('hex'));
    }
  }
  const gist = createHash('sha256').update(gists.sort().join()).digest('hex');
  return { files: names.length, sha256: hash.digest('hex'), gist };
}
