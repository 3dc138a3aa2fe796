import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ArchiveRefused, type Room } from '../archive/room.ts';
import type { Refused } from '../archive/target.ts';
import { isArchiveName, unpack } from '../archive/unpack.ts';

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
 * where it stands beside other files, whose data it may be; one that is refused is named and taken away.
 */
export async function openArchives(folder: string, room: Room): Promise<readonly Refused[]> {
  const refused: Refused[] = [];
  const opened = new Set<string>();
  for (let depth = 0; depth < DEEPEST; depth++) {
    await unwrap(folder);
    const entries = await readdir(folder, { withFileTypes: true });
    const archives = entries.filter((entry) => entry.isFile() && isArchiveName(entry.name));
    const waiting = archives.map(({ name }) => name).filter((name) => !opened.has(name));
    if (waiting.length === 0) return refused;
    for (const name of waiting.sort()) {
      opened.add(name);
      const alone = entries.length === archives.length;
      refused.push(...(await openOne(folder, name, { room, keep: !alone })));
    }
  }
  return refused;
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
