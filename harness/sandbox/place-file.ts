import { lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Puts a file of the assignment into a program's folder, over whatever has its name there. Links on the way are
 * removed first, or a submission could make us write elsewhere. Done at once, for the reason that `copyAtOnce` has.
 */
export function placeFile(folder: string, name: string, bytes: Uint8Array): void {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  let current = folder;
  for (const part of parts.slice(0, -1)) {
    current = path.join(current, part);
    const entry = lstatSync(current, { throwIfNoEntry: false });
    if (entry && !entry.isDirectory()) rmSync(current, { force: true });
    mkdirSync(current, { recursive: true });
  }
  const file = path.join(current, parts.at(-1) ?? '');
  rmSync(file, { recursive: true, force: true });
  writeFileSync(file, bytes);
}
