import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isJunk } from '../archive/entry-name.ts';
import type { Refused } from '../archive/target.ts';

/** What stands in a folder, by its own kind: a link is a link, whatever it leads to. */
interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/** How deep folders are looked into, as for archives. */
export const DEEPEST_FOLDER = 40;

/**
 * The entries of a folder, sorted. A name that is no UTF-8 can't be given to any program as text, so such an entry is
 * refused, with its odd bytes written as `\xNN`. Throws when the folder can't be read.
 */
export async function readFolder(
  folder: string,
): Promise<{ readonly entries: readonly FolderEntry[]; readonly refused: readonly Refused[] }> {
  const all = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
  const entries: FolderEntry[] = [];
  const refused: Refused[] = [];
  for (const entry of all) {
    const bytes = entry.name as unknown as Buffer;
    const name = bytes.toString('utf8');
    if (Buffer.from(name, 'utf8').equals(bytes)) entries.push({ name, kind: kindOf(entry) });
    else refused.push({ name: escaped(bytes), why: 'its name is not UTF-8' });
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { entries, refused };
}

function kindOf(entry: Dirent | Dirent<Buffer>): FolderEntry['kind'] {
  if (entry.isSymbolicLink()) return 'link';
  if (entry.isDirectory()) return 'folder';
  return entry.isFile() ? 'file' : 'other';
}

function escaped(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/**
 * The names of the files below a folder, as far as it can be read; no link is followed. Ends after `most` entries.
 */
export async function* filesBelow(folder: string, most = 20_000): AsyncGenerator<string> {
  const waiting: (readonly [folder: string, depth: number])[] = [[folder, 0]];
  let seen = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [at, depth] = next;
    const { entries } = await readFolder(at).catch(() => ({ entries: [] as readonly FolderEntry[] }));
    for (const { name, kind } of entries) {
      if (isJunk([name])) continue;
      if (++seen > most) return;
      if (kind === 'file') yield name;
      else if (kind === 'folder' && depth < DEEPEST_FOLDER) waiting.push([path.join(at, name), depth + 1]);
    }
  }
}
