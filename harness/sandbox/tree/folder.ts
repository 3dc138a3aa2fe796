import {
  chmodSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  type Stats,
} from 'node:fs';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = constants;
/** O_PATH of open(2), which Node does not name: a folder is found without the right to read it. Linux only. */
const O_PATH = 0o10000000;
const BY_DESCRIPTOR = process.platform === 'linux';

/** Folders below folders that are walked through; each one on the way takes a descriptor. */
export const DEEPEST = 128;

/**
 * A folder that is held by its descriptor: what is in it is named by bytes, however long the whole path is, and no link
 * on the way leads elsewhere, whoever changes the tree meanwhile. Where the system has no /proc, by its path.
 */
export class Folder {
  readonly #fd: number;
  readonly #prefix: Buffer;
  /** What its mode is to be again when it is closed. */
  readonly #modeBefore: number | undefined;

  private constructor(fd: number, place: Buffer, modeBefore?: number) {
    this.#fd = fd;
    this.#modeBefore = modeBefore;
    this.#prefix = Buffer.concat([
      BY_DESCRIPTOR ? Buffer.from(`/proc/self/fd/${fd}`) : place,
      Buffer.from('/'),
    ]);
  }

  /** Opens a folder by its path; links are followed, the last one only where `follow` is not false. */
  static open(place: string, { follow = true } = {}): Folder {
    const flags = O_RDONLY | O_DIRECTORY | (follow ? 0 : O_NOFOLLOW);
    return new Folder(openSync(place, flags), Buffer.from(place));
  }

  /** A path of something in it for calls that do not follow links, or that may. */
  at(name: Buffer | string): Buffer {
    return Buffer.concat([this.#prefix, Buffer.from(name)]);
  }

  /** Names of what is in it, sorted by their bytes. */
  names(): Buffer[] {
    return readdirSync(this.#prefix, { encoding: 'buffer' }).sort(Buffer.compare);
  }

  /** What is in it, in no order; what is a folder may be something else a moment later. */
  entries(): { readonly name: Buffer; readonly isFolder: boolean }[] {
    // Node's types don't know that names are bytes then.
    const found = readdirSync(this.#prefix, { encoding: 'buffer', withFileTypes: true } as object);
    return (found as unknown as { name: Buffer; isDirectory(): boolean }[]).map((entry) => ({
      name: entry.name,
      isFolder: entry.isDirectory(),
    }));
  }

  stat(name: Buffer): Stats {
    return lstatSync(this.at(name));
  }

  link(name: Buffer): Buffer {
    return readlinkSync(this.at(name), { encoding: 'buffer' });
  }

  /**
   * A folder in it. `unlock` takes the right to look into it and to change it, which its owner always can, where that is
   * missing: until the folder is closed, or for good.
   */
  enter(name: Buffer, { unlock }: { readonly unlock?: 'while open' | 'for good' | undefined } = {}): Folder {
    const modeBefore = unlock === undefined ? undefined : this.unlock(name);
    const place = this.at(name);
    const fd = openSync(place, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    return new Folder(fd, place, unlock === 'while open' ? modeBefore : undefined);
  }

  /** Takes the right to change what is in a folder in it; returns the mode that it had, where that was needed. */
  unlock(name: Buffer): number | undefined {
    if (process.geteuid?.() === 0) return undefined;
    const { mode } = this.stat(name);
    if ((mode & 0o700) === 0o700) return undefined;
    setMode(this.at(name), (mode & 0o7777) | 0o700);
    return mode & 0o7777;
  }

  /** A file in it, open to be read; throws for anything else, and never waits for a pipe. */
  openFile(name: Buffer, { unlock = false } = {}): number {
    const place = this.at(name);
    const mode = unlock && process.geteuid?.() !== 0 ? this.stat(name).mode : 0o400;
    const isLocked = (mode & 0o400) === 0;
    if (isLocked) setMode(place, (mode & 0o7777) | 0o400);
    try {
      return openSync(place, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    } finally {
      if (isLocked) setMode(place, mode & 0o7777);
    }
  }

  close(): void {
    if (this.#modeBefore !== undefined) chmodSync(this.#prefix, this.#modeBefore);
    closeSync(this.#fd);
  }
}

/** Like chmod(2), but for a link in the folder's place. */
function setMode(place: Buffer, mode: number): void {
  if (!BY_DESCRIPTOR) {
    chmodSync(place, mode);
    return;
  }
  const held = openSync(place, O_PATH);
  try {
    chmodSync(`/proc/self/fd/${held}`, mode);
  } finally {
    closeSync(held);
  }
}
