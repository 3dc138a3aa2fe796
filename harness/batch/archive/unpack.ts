import { mkdir, rm } from 'node:fs/promises';
import { archiveKind } from './kind.ts';
import { ArchiveRefused, type Room } from './room.ts';
import { unpackSevenZip } from './seven-zip.ts';
import { unpackTar } from './tar.ts';
import { type Refused, Target } from './target.ts';
import { unpackZip } from './zip.ts';

/**
 * Unpacks an archive into a folder that it makes. Returns what was left out of it; throws ArchiveRefused, and leaves
 * nothing behind, when it can't be unpacked as a whole.
 */
export async function unpack(file: string, folder: string, room: Room): Promise<readonly Refused[]> {
  const kind = await archiveKind(file);
  if (kind === undefined)
    throw new ArchiveRefused('it is no zip, tar, tar.gz, 7z or RAR file (other archives are not opened)');
  await mkdir(folder, { recursive: true });
  const target = new Target(folder, room);
  try {
    if (kind === 'zip') await unpackZip(file, target);
    else if (kind === '7z' || kind === 'rar') await unpackSevenZip(file, target);
    else await unpackTar(file, kind === 'tar.gz', target);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return target.refused;
}
