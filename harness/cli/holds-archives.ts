import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { archiveKind, isArchiveName } from '../batch/archive/kind.ts';

/** Whether it is an archive, or has one at its top or in the only folder that it holds. */
export async function holdsArchives(file: string): Promise<boolean> {
  const found = await lstat(file);
  if (found.isFile()) return isArchive(file);
  if (!found.isDirectory()) return false;
  // What can't be read is reported where it is copied.
  const entries = await readdir(file, { withFileTypes: true }).catch(() => []);
  const [only] = entries;
  if (entries.length === 1 && only?.isDirectory()) return holdsArchives(path.join(file, only.name));
  for (const entry of entries)
    if (entry.isFile() && (await isArchive(path.join(file, entry.name)))) return true;
  return false;
}

/** By its ending; a file without any is looked into. */
async function isArchive(file: string): Promise<boolean> {
  if (isArchiveName(file)) return true;
  return path.extname(file) === '' && (await archiveKind(file).catch(() => undefined)) !== undefined;
}
