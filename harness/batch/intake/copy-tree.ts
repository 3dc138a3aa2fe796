import { constants } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { isJunk } from '../archive/entry-name.ts';
import { isMachineFault, reasonOf } from '../archive/fault.ts';
import { ArchiveRefused, type Room } from '../archive/room.ts';
import type { Refused } from '../archive/target.ts';
import { DEEPEST_FOLDER, readFolder } from './read-folder.ts';

/** Most folders of one submission. */
const MOST_FOLDERS = 5_000;

interface CopyOptions {
  readonly room: Room;
  readonly move: boolean;
}

/**
 * Puts a file or a folder somewhere else: files only, so that nothing outside is reached and nothing waits for ever. What
 * is of another kind, can't be read, or has a name that is taken, is named. `move` empties the source, which must be
 * ours. Throws ArchiveRefused when there is no room.
 */
export async function copyTree(from: string, to: string, options: CopyOptions): Promise<readonly Refused[]> {
  const refused: Refused[] = [];
  let folders = 0;
  const walk = async (source: string, target: string, way: readonly string[]): Promise<void> => {
    const name = way.join('/');
    try {
      const info = await lstat(source);
      if (info.isFile()) await place(source, target, info, options);
      else if (info.isSymbolicLink()) refused.push({ name, why: 'it is a symbolic link' });
      else if (!info.isDirectory()) refused.push({ name, why: 'it is no file' });
      else if (way.length > DEEPEST_FOLDER)
        refused.push({ name, why: `it is nested deeper than ${DEEPEST_FOLDER} folders` });
      else await copyFolder(source, target, way);
    } catch (error) {
      if (error instanceof ArchiveRefused || isMachineFault(error)) throw error;
      refused.push({ name, why: reasonOf(error) });
    }
  };
  const copyFolder = async (source: string, target: string, way: readonly string[]): Promise<void> => {
    if (++folders > MOST_FOLDERS)
      throw new ArchiveRefused(`it holds more than ${MOST_FOLDERS.toLocaleString('en')} folders`);
    const { entries, refused: odd } = await readFolder(source);
    refused.push(...odd.map((one) => ({ ...one, name: `${way.join('/')}/${one.name}` })));
    await mkdir(target, { recursive: true });
    for (const { name } of entries.filter((entry) => !isJunk([entry.name])))
      await walk(path.join(source, name), path.join(target, name), [...way, name]);
  };
  await walk(from, to, [path.basename(from)]);
  return refused;
}

async function place(
  source: string,
  target: string,
  { size, mode }: { readonly size: number; readonly mode: number },
  { room, move }: CopyOptions,
): Promise<void> {
  room.addFile();
  room.addBytes(size);
  await mkdir(path.dirname(target), { recursive: true });
  const taken = await lstat(target).catch(() => undefined);
  if (taken) throw new Error(`there is a ${path.basename(target)} already`);
  if (move) return rename(source, target);
  await copyFile(source, target, constants.COPYFILE_EXCL);
  // What the student has forbidden to everybody would be in the way of grading it.
  await chmod(target, mode & 0o111 ? 0o755 : 0o644);
}
