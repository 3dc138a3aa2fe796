import { lstatSync, statSync } from 'node:fs';
import { DEEPEST, Folder } from './folder.ts';
import type { Steps } from './steps.ts';

/** How much a tree holds; a file with several names counts once, links are not followed. */
export interface TreeSize {
  /** Files, folders and links. */
  readonly files: number;
  /** What its files take where holes take nothing, and at least a page each. */
  readonly bytes: number;
  /** The sum of the lengths of its files, holes included. */
  readonly length: number;
}

const PAGE = 4096;
const BLOCK = 512;

/** Measures a file or a folder without reading anything; stops as soon as one of `most` is exceeded. */
export function* treeSize(
  place: string,
  most: Partial<TreeSize> = {},
  { own = false }: { readonly own?: boolean } = {},
): Steps<TreeSize> {
  const seen = new Set<string>();
  let [files, bytes, length] = [0, 0, 0];
  const isTooMuch = () =>
    files > (most.files ?? Infinity) ||
    bytes > (most.bytes ?? Infinity) ||
    length > (most.length ?? Infinity);
  const count = (size: number, blocks: number) => {
    bytes += Math.ceil(Math.min(size, blocks * BLOCK) / PAGE) * PAGE;
    length += size;
  };
  const walk = function* (folder: Folder, depth: number): Steps<void> {
    for (const name of folder.names()) {
      if (isTooMuch()) return;
      yield;
      const info = lstatSync(folder.at(name), { throwIfNoEntry: false });
      if (info === undefined) continue;
      files += 1;
      if (!info.isFile()) bytes += PAGE;
      else if (info.nlink < 2) count(info.size, info.blocks);
      else {
        const { dev, ino } = lstatSync(folder.at(name), { bigint: true });
        if (!seen.has(`${dev} ${ino}`)) count(info.size, info.blocks);
        seen.add(`${dev} ${ino}`);
      }
      if (!info.isDirectory() || depth >= DEEPEST) continue;
      const inner = entered(folder, name, own);
      if (inner === undefined) continue;
      try {
        yield* walk(inner, depth + 1);
      } finally {
        inner.close();
      }
    }
  };
  const info = statSync(place);
  files += 1;
  if (!info.isDirectory()) count(info.size, info.blocks);
  else {
    bytes += PAGE;
    const top = Folder.open(place);
    try {
      yield* walk(top, 1);
    } finally {
      top.close();
    }
  }
  return { files, bytes, length };
}

/** A folder that may be looked into; what may not counts as empty, since it can't be copied either. */
function entered(folder: Folder, name: Buffer, own: boolean): Folder | undefined {
  try {
    return folder.enter(name, { unlock: own ? 'while open' : undefined });
  } catch {
    return undefined;
  }
}
