import { lstat, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { archiveKind, isArchiveName } from '../archive/kind.ts';
import { ArchiveRefused, type Room } from '../archive/room.ts';
import type { Refused } from '../archive/target.ts';
import { unpack } from '../archive/unpack.ts';

/** How deep archives may stand in archives. */
const DEEPEST = 3;

/** Puts the content of a folder that holds nothing but one folder in its place, as often as it is so. */
export async function unwrap(folder: string): Promise<void> {
  for (let depth = 0; depth < 40; depth++) {
    const entries = await readdir(folder, { withFileTypes: true });
    const [only] = entries;
    if (entries.length !== 1 || !only?.isDirectory()) return;
    // Renamed first, since it may hold something of its own name.
    const aside = `${folder}.inner`;
    await rename(path.join(folder, only.name), aside);
    await rm(folder, { recursive: true });
    await rename(aside, folder);
  }
}

/**
 * Opens the archives at the top of a folder, and those in them, in their place. An archive that is opened stays only
 * where it stands beside other files, whose data it may be; one that is refused is named and taken away. One that is
 * not opened is named as well.
 */
export async function openArchives(folder: string, room: Room): Promise<readonly Refused[]> {
  const refused: Refused[] = [];
  const opened = new Set<string>();
  for (let depth = 0; ; depth++) {
    await unwrap(folder);
    const names = await readdir(folder);
    const archives = await archivesAmong(folder, names);
    const waiting = archives.filter((name) => !opened.has(name));
    if (waiting.length === 0) break;
    const keep = names.length > archives.length;
    for (const name of waiting.sort()) {
      if (depth === DEEPEST) {
        await rm(path.join(folder, name));
        refused.push({ name, why: `it is not opened: it stands more than ${DEEPEST} archives deep` });
        continue;
      }
      // What is taken away may hold something of its own name.
      if (keep) opened.add(name);
      refused.push(...(await openOne(folder, name, { room, keep })));
    }
  }
  return [...refused, ...(await archivesBelow(folder))];
}

/** The archives among files, by their ending; a file without any ending is looked into. */
async function archivesAmong(folder: string, names: readonly string[]): Promise<string[]> {
  const archives: string[] = [];
  for (const name of names) {
    const file = path.join(folder, name);
    if (!(await lstat(file)).isFile()) continue;
    if (isArchiveName(name) || (path.extname(name) === '' && (await archiveKind(file)) !== undefined))
      archives.push(name);
  }
  return archives;
}

/** Archives in the folders of a folder: they stay closed, since what is in them may be meant to stay there. */
async function archivesBelow(folder: string): Promise<Refused[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.parentPath !== folder && isArchiveName(entry.name))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort()
    .map((name) => ({ name, why: 'it is not opened: it stands in a folder, beside other files' }));
}

async function openOne(
  folder: string,
  name: string,
  { room, keep }: { readonly room: Room; readonly keep: boolean },
): Promise<Refused[]> {
  const archive = path.join(folder, name);
  const aside = await mkdtemp(`${folder}.open-`);
  const inner = path.join(aside, 'content');
  try {
    const refused = await unpack(archive, inner, room);
    if (!keep) await rm(archive);
    await unwrap(inner);
    const own = refused.map((entry) => ({ name: `${name}: ${entry.name}`, why: entry.why }));
    for (const entry of await readdir(inner)) {
      const taken = (await readdir(folder)).includes(entry);
      if (taken)
        own.push({ name: `${name}: ${entry}`, why: `there is a ${entry} beside the archive already` });
      else await rename(path.join(inner, entry), path.join(folder, entry));
    }
    return own;
  } catch (error) {
    if (!(error instanceof ArchiveRefused)) throw error;
    await rm(archive, { force: true });
    return [{ name, why: error.message }];
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}
