import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { entryPath, isJunk } from '../archive/entry-name.ts';
import type { Refused } from '../archive/target.ts';
import type { Entry } from './source.ts';

/** The folders and files of a folder, and what else is in it; the folder `out`, which results go to, is none of them. */
export async function listFolder(
  folder: string,
  out: string,
): Promise<{ readonly entries: readonly Entry[]; readonly refused: readonly Refused[] }> {
  const entries: Entry[] = [];
  const refused: Refused[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const file = path.join(folder, name);
    if (isJunk([name]) || `${path.resolve(out)}/`.startsWith(`${file}/`)) continue;
    const info = await lstat(file);
    const odd = name.startsWith('.') ? 'its name begins with ".", as of what is hidden' : entryPath(name);
    if (typeof odd === 'string') refused.push({ name, why: odd });
    else if (info.isDirectory() || info.isFile()) entries.push({ name, folder: info.isDirectory() });
    else
      refused.push({
        name,
        why: info.isSymbolicLink() ? 'it is a symbolic link' : 'it is no file or folder',
      });
  }
  return { entries, refused };
}

/** Longest file that a source says something in, in bytes. */
const LONGEST = 64 * 1024 ** 2;

/** Reads files of a folder as text; one that is too long is empty. */
export function readerOf(folder: string): (name: string) => Promise<string> {
  return async (name) => {
    const file = path.join(folder, name);
    return (await lstat(file)).size > LONGEST ? '' : readFile(file, 'utf8');
  };
}
