import { chmodSync, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { removeTree } from './tree/remove-tree.ts';
import { atOnce } from './tree/steps.ts';

/**
 * Puts a file of the assignment into a program's folder, over whatever has its name there. Links on the way are
 * removed first, or a submission could make the grader write elsewhere. Done at once, before any program can look.
 */
export function placeFile(folder: string, name: string, bytes: Uint8Array): void {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  let current = folder;
  for (const part of parts.slice(0, -1)) {
    current = path.join(current, part);
    const entry = lstatSync(current, { throwIfNoEntry: false });
    if (entry && !entry.isDirectory()) rmSync(current, { force: true });
    mkdirSync(current, { recursive: true });
    if (entry?.isDirectory() && (entry.mode & 0o700) !== 0o700) chmodSync(current, entry.mode | 0o700);
  }
  const file = path.join(current, parts.at(-1) ?? '');
  atOnce(removeTree(file));
  writeFileSync(file, bytes);
}
