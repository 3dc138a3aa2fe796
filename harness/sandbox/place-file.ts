import { lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Puts a file of the assignment into a program's folder, over whatever has its name there. Links on the way are
 * removed first, or a submission could make us write elsewhere.
 */
export async function placeFile(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  let current = folder;
  for (const part of parts.slice(0, -1)) {
    current = path.join(current, part);
    const entry = await lstat(current).catch(() => undefined);
    if (entry && !entry.isDirectory()) await rm(current, { force: true });
    await mkdir(current, { recursive: true });
  }
  const file = path.join(current, parts.at(-1) ?? '');
  await rm(file, { recursive: true, force: true });
  await writeFile(file, bytes);
}
