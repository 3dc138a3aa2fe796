import { lchown, readdir } from 'node:fs/promises';
import path from 'node:path';

/** Gives a folder with all that is in it to a user; the folder itself comes last, so that nobody gets in before. */
export async function chownTree(folder: string, uid: number): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) await chownTree(place, uid);
    else await lchown(place, uid, uid);
  }
  await lchown(folder, uid, uid);
}
