import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  type Stats,
  statSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { nameText } from '../../base/file-name.ts';
import { DEEPEST, Folder } from './folder.ts';
import type { Steps } from './steps.ts';

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NONBLOCK } = constants;
/** Larger files are copied in parts of this size, in bytes. */
const PART = 256 * 1024;
const BLOCK = 512;
const ZEROS = Buffer.alloc(PART);

/** Something that was not copied. */
export interface Refused {
  /** Its path in the tree, as text. */
  readonly name: string;
  /** Why, in words that complete "it …". */
  readonly reason: string;
}

export interface CopyOptions {
  /** The tree is the grader's own, so that folders in it may be made readable. @default false */
  readonly own?: boolean;
}

/**
 * Copies a file or a folder into a folder: names by their bytes, links as links, hard links as such, holes as holes, and
 * modes without set-user-ID. What can't be copied (pipes, sockets, devices, what may not be read, what lies too deep) is
 * left out and returned; running out of room throws.
 */
export function* copyTree(
  source: string,
  target: string,
  { own = false }: CopyOptions = {},
): Steps<readonly Refused[]> {
  const to = Folder.open(target);
  try {
    if (statSync(source).isDirectory()) {
      const from = Folder.open(source);
      try {
        return yield* new Copy(target, own).folder(from, to, []);
      } finally {
        from.close();
      }
    }
    const descriptor = openSync(source, O_RDONLY | O_NONBLOCK);
    try {
      yield* copyOpen(descriptor, to.at(path.basename(source)));
    } finally {
      closeSync(descriptor);
    }
    return [];
  } finally {
    to.close();
  }
}

class Copy {
  readonly #target: string;
  readonly #own: boolean;
  /** The first name in the copy of each file that has several. */
  readonly #linked = new Map<string, readonly Buffer[]>();
  readonly #refused: Refused[] = [];

  constructor(target: string, own: boolean) {
    this.#target = target;
    this.#own = own;
  }

  *folder(from: Folder, to: Folder, above: readonly Buffer[]): Steps<readonly Refused[]> {
    for (const name of from.names()) {
      const way = [...above, name];
      try {
        yield* this.#entry(from, to, way);
      } catch (error) {
        const reason = refusal(error as NodeJS.ErrnoException);
        if (reason === undefined) throw error;
        this.#refuse(way, reason);
      }
    }
    return this.#refused;
  }

  *#entry(from: Folder, to: Folder, way: readonly Buffer[]): Steps<void> {
    yield;
    const name = way.at(-1) ?? Buffer.alloc(0);
    const info = from.stat(name);
    if (info.isSymbolicLink()) symlinkSync(from.link(name), to.at(name));
    else if (info.isDirectory()) yield* this.#subfolder(from, to, way, info);
    else if (info.isFile()) yield* this.#file(from, to, way, info);
    else this.#refuse(way, 'is a pipe, a socket or a device');
  }

  *#subfolder(from: Folder, to: Folder, way: readonly Buffer[], { mode }: Stats): Steps<void> {
    if (way.length >= DEEPEST) return this.#refuse(way, `lies deeper than ${DEEPEST} folders`);
    const name = way.at(-1) ?? Buffer.alloc(0);
    const inner = from.enter(name, { unlock: this.#own ? 'while open' : undefined });
    try {
      mkdirSync(to.at(name), { mode: 0o700 });
      const copy = to.enter(name);
      try {
        yield* this.folder(inner, copy, way);
      } finally {
        copy.close();
      }
      // Last, since nothing can be put into some.
      chmodSync(to.at(name), mode & 0o1777);
    } finally {
      inner.close();
    }
  }

  *#file(from: Folder, to: Folder, way: readonly Buffer[], { nlink }: Stats): Steps<void> {
    const name = way.at(-1) ?? Buffer.alloc(0);
    if (nlink > 1) {
      // Numbers beyond 2^53 are usual on overlays.
      const { dev, ino } = lstatSync(from.at(name), { bigint: true });
      const first = this.#linked.get(`${dev} ${ino}`);
      if (first !== undefined) return this.#hardLink(first, to, name);
      this.#linked.set(`${dev} ${ino}`, way);
    }
    const descriptor = from.openFile(name, { unlock: this.#own });
    try {
      yield* copyOpen(descriptor, to.at(name));
    } finally {
      closeSync(descriptor);
    }
  }

  #hardLink(first: readonly Buffer[], to: Folder, name: Buffer): void {
    let folder = Folder.open(this.#target);
    try {
      for (const part of first.slice(0, -1)) {
        const next = folder.enter(part);
        folder.close();
        folder = next;
      }
      linkSync(folder.at(first.at(-1) ?? name), to.at(name));
    } finally {
      folder.close();
    }
  }

  #refuse(way: readonly Buffer[], reason: string): void {
    this.#refused.push({ name: way.map(nameText).join('/'), reason });
  }
}

/** Why one entry can't be copied, where that is the entry's own matter; undefined for a fault of the copying itself. */
function refusal({ code, syscall }: NodeJS.ErrnoException): string | undefined {
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read';
  if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENXIO') return 'was changed while it was copied';
  if (code === 'EIO' && syscall === 'read') return 'cannot be read';
  return undefined;
}

/** Copies an open file to a new one. */
function* copyOpen(descriptor: number, target: Buffer): Steps<void> {
  const { size, blocks, mode } = fstatSync(descriptor);
  const sparse = blocks * BLOCK < size;
  const copy = openSync(target, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  let at = 0;
  let hole = true;
  try {
    if (!(blocks === 0 && size > PART)) {
      const part = Buffer.allocUnsafe(Math.min(size, PART));
      for (; at < size; ) {
        const count = readSync(descriptor, part, 0, part.length, at);
        if (count === 0) break;
        const bytes = part.subarray(0, count);
        hole = sparse && bytes.equals(ZEROS.subarray(0, count));
        if (!hole) writeAll(copy, bytes, at);
        at += count;
        yield;
      }
    }
    // What was written to its end has its length.
    if (hole || at !== size) ftruncateSync(copy, size);
    fchmodSync(copy, mode & 0o777);
  } finally {
    closeSync(copy);
  }
}

function writeAll(descriptor: number, bytes: Buffer, from: number): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(descriptor, bytes, done, bytes.length - done, from + done);
}
