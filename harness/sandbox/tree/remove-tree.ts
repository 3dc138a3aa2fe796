import { lstatSync, renameSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
import path from 'node:path';
import { Folder } from './folder.ts';
import type { Steps } from './steps.ts';

/**
 * Removes a tree that a program has filled: names that are no UTF-8, folders of any mode, and of any depth, since a
 * folder's folders are moved up before it is removed. Nothing outside is touched, whoever changes the tree meanwhile.
 * Throws when something could not be removed; all else is gone then.
 */
export function* removeTree(place: string): Steps<void> {
  const above = path.dirname(place);
  const name = Buffer.from(path.basename(place));
  if (process.platform !== 'linux') return rmSync(place, { recursive: true, force: true });
  const info = lstatSync(place, { throwIfNoEntry: false });
  if (info === undefined) return;
  const parent = Folder.open(above);
  try {
    if (!info.isDirectory()) return unlinkSync(parent.at(name));
    const top = parent.enter(name, { unlock: 'for good' });
    try {
      yield* empty(top);
    } finally {
      top.close();
    }
    rmdirSync(parent.at(name));
  } finally {
    parent.close();
  }
}

/** Takes everything out of a folder. */
function* empty(top: Folder): Steps<void> {
  let moved = 0;
  let failure: unknown;
  for (let waiting = top.names(); waiting.length > 0 && failure === undefined; waiting = top.names()) {
    for (const name of waiting) {
      yield;
      try {
        if (!top.stat(name).isDirectory()) {
          unlinkSync(top.at(name));
          continue;
        }
        yield* moveUp(top, name, () => freshName(top, () => moved++));
        rmdirSync(top.at(name));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') failure = error;
      }
    }
  }
  if (failure !== undefined) throw failure;
}

/** Empties a folder: its files are removed, its folders become folders of the one above. */
function* moveUp(top: Folder, name: Buffer, fresh: () => Buffer): Steps<void> {
  const folder = top.enter(name, { unlock: 'for good' });
  try {
    for (const inner of folder.names()) {
      yield;
      if (!folder.stat(inner).isDirectory()) {
        unlinkSync(folder.at(inner));
        continue;
      }
      folder.unlock(inner);
      renameSync(folder.at(inner), top.at(fresh()));
    }
  } finally {
    folder.close();
  }
}

/** A name that nothing in the folder has. */
function freshName(top: Folder, next: () => number): Buffer {
  for (;;) {
    const name = Buffer.from(`moved-${next()}`);
    if (lstatSync(top.at(name), { throwIfNoEntry: false }) === undefined) return name;
  }
}
