import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import { entryPath, isJunk } from '../archive/entry-name.ts';
import type { Refused } from '../archive/target.ts';
import { readFolder } from './read-folder.ts';
import type { Entry } from './source.ts';

/** The folders and files of a folder, and what else is in it; the folder `out`, which results go to, is none of them. */
export async function listFolder(
  folder: string,
  out: string,
): Promise<{ readonly entries: readonly Entry[]; readonly refused: readonly Refused[] }> {
  const entries: Entry[] = [];
  const { entries: all, refused: unreadable } = await readFolder(folder);
  const refused: Refused[] = [...unreadable];
  for (const { name, kind } of all) {
    const file = path.join(folder, name);
    if (isJunk([name]) || `${path.resolve(out)}/`.startsWith(`${file}/`)) continue;
    const odd = entryPath(name);
    if (name.startsWith('.'))
      refused.push({ name, why: 'its name begins with ".", as of what is hidden', harmless: true });
    else if (typeof odd === 'string') refused.push({ name, why: odd });
    else if (kind === 'folder' || kind === 'file') entries.push({ name, folder: kind === 'folder' });
    else refused.push({ name, why: kind === 'link' ? 'it is a symbolic link' : 'it is no file or folder' });
  }
  return { entries, refused };
}

/** Longest file that a source says something in, in bytes. */
const LONGEST = 64 * 1024 ** 2;

/** Reads files of a folder as text; one that is too long, can't be read or is no file is empty. */
export function readerOf(folder: string): (name: string) => Promise<string> {
  return async (name) => {
    const file = path.join(folder, name);
    const info = await lstat(file).catch(() => undefined);
    if (info === undefined || !info.isFile() || info.size > LONGEST) return '';
    return readFile(file, 'utf8').catch(() => '');
  };
}
