import { accessSync, constants } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { temporaryFolder } from '../base/temporary-folder.ts';

/** Files that only root may read, and files that everybody may but that no sandbox shows. */
const OF_ROOT = ['/etc/shadow', '/etc/gshadow'];
const OF_THE_SYSTEM = ['/etc/machine-id', '/etc/hostname', '/etc/fstab', '/etc/shells', '/etc/issue'];

export interface BaitFile {
  readonly file: string;
  remove(): Promise<void>;
}

/**
 * A file that a program must not be able to read, one that is there already: a file that is made for this could stay
 * behind where the grader is killed meanwhile. One is made only where there is no other.
 */
export async function baitFile(): Promise<BaitFile> {
  const known = process.getuid?.() === 0 ? OF_ROOT : OF_THE_SYSTEM;
  const file = known.find(isReadable);
  if (file !== undefined) return { file, remove: async () => {} };
  const folder = await temporaryFolder();
  const made = path.join(folder, 'bait');
  await writeFile(made, 'hidden', { mode: 0o600 });
  return { file: made, remove: () => rm(folder, { recursive: true, force: true }) };
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
