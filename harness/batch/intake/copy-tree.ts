import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { isJunk } from '../archive/entry-name.ts';
import { ArchiveRefused, type Room } from '../archive/room.ts';
import type { Refused } from '../archive/target.ts';

/**
 * Puts a file or a folder somewhere else: files only, so that nothing outside is reached and nothing waits for ever. What
 * is of another kind, or has a name that is taken, is named. `move` empties the source, which must be ours. Throws
 * ArchiveRefused when there is no room.
 */
export async function copyTree(
  from: string,
  to: string,
  options: { readonly room: Room; readonly move: boolean },
): Promise<readonly Refused[]> {
  const refused: Refused[] = [];
  const walk = async (source: string, target: string, name: string): Promise<void> => {
    try {
      const info = await lstat(source);
      if (info.isDirectory()) {
        await mkdir(target, { recursive: true });
        for (const entry of (await readdir(source)).sort())
          if (!isJunk([entry]))
            await walk(path.join(source, entry), path.join(target, entry), `${name}/${entry}`);
      } else if (info.isFile()) {
        options.room.addFile();
        options.room.addBytes(info.size);
        await mkdir(path.dirname(target), { recursive: true });
        await place(source, target, options.move);
      } else {
        refused.push({ name, why: info.isSymbolicLink() ? 'it is a symbolic link' : 'it is no file' });
      }
    } catch (error) {
      if (error instanceof ArchiveRefused) throw error;
      refused.push({ name, why: (error as Error).message });
    }
  };
  await walk(from, to, path.basename(from));
  return refused;
}

async function place(source: string, target: string, move: boolean): Promise<void> {
  const taken = await lstat(target).catch(() => undefined);
  if (taken) throw new Error(`there is a ${path.basename(target)} already`);
  if (move) await rename(source, target);
  else await copyFile(source, target, constants.COPYFILE_EXCL);
}
