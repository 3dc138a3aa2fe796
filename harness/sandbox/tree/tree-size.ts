import { lstatSync, type Stats, statSync } from 'node:fs';
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
  const sum = new Sum(most);
  const walk = function* (folder: Folder, depth: number): Steps<void> {
    for (const name of folder.names()) {
      if (sum.isTooMuch) return;
      yield;
      const isFolder = sum.add(folder.at(name)) === 'folder';
      const inner = isFolder && depth < DEEPEST ? entered(folder, name, own) : undefined;
      if (inner === undefined) continue;
      try {
        yield* walk(inner, depth + 1);
      } finally {
        inner.close();
      }
    }
  };
  if (sum.addTop(statSync(place)) === 'folder') {
    const top = Folder.open(place);
    try {
      yield* walk(top, 1);
    } finally {
      top.close();
    }
  }
  return sum.size;
}

/** What has been counted so far. */
class Sum {
  readonly #most: Partial<TreeSize>;
  /** Files with several names that have been counted. */
  readonly #seen = new Set<string>();
  #files = 0;
  #bytes = 0;
  #length = 0;

  constructor(most: Partial<TreeSize>) {
    this.#most = most;
  }

  get size(): TreeSize {
    return { files: this.#files, bytes: this.#bytes, length: this.#length };
  }

  get isTooMuch(): boolean {
    const { files = Infinity, bytes = Infinity, length = Infinity } = this.#most;
    return this.#files > files || this.#bytes > bytes || this.#length > length;
  }

  /** The file or folder itself that is measured; a link to it is followed. */
  addTop(info: Stats): 'folder' | 'other' {
    this.#files += 1;
    if (!info.isDirectory()) this.#count(info);
    else this.#bytes += PAGE;
    return info.isDirectory() ? 'folder' : 'other';
  }

  /** What stands in a folder; what is gone by now does not count. */
  add(name: Parameters<typeof lstatSync>[0]): 'folder' | 'other' {
    const info = lstatSync(name, { throwIfNoEntry: false });
    if (info === undefined) return 'other';
    this.#files += 1;
    if (!info.isFile()) this.#bytes += PAGE;
    else if (info.nlink < 2 || this.#isNew(name)) this.#count(info);
    return info.isDirectory() ? 'folder' : 'other';
  }

  #count({ size, blocks }: Stats): void {
    this.#bytes += Math.ceil(Math.min(size, blocks * BLOCK) / PAGE) * PAGE;
    this.#length += size;
  }

  #isNew(name: Parameters<typeof lstatSync>[0]): boolean {
    const { dev, ino } = lstatSync(name, { bigint: true });
    const known = this.#seen.size;
    return this.#seen.add(`${dev} ${ino}`).size > known;
  }
}

/** A folder that may be looked into; what may not counts as empty, since it can't be copied either. */
function entered(folder: Folder, name: Buffer, own: boolean): Folder | undefined {
  try {
    return folder.enter(name, { unlock: own ? 'while open' : undefined });
  } catch {
    return undefined;
  }
}
