import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';

const SHORTAGES = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);

/** The code of an error of the system, `ENOENT` for instance, or null. */
export function codeOf(error: unknown): string | null {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : null;
}

/** Lets only errors pass that are about the file; a shortage of our own must not look like the end of a process. */
export function rethrowShortage(error: unknown): void {
  const code = codeOf(error);
  if (code === null || SHORTAGES.has(code)) throw error;
}

/** Text of a small file below /proc, or null when it can't be read (its process ended, or is another user's). */
export function readText(path: string): string | null {
  try {
    // Bytes that are no UTF-8 are of no interest here, and Node reads this encoding in a single call.
    return readFileSync(path, 'utf8');
  } catch (error) {
    rethrowShortage(error);
    return null;
  }
}

/** A file that is kept open because it is read again and again. */
interface Kept {
  readonly fd: number;
  readonly opened: number;
}

/**
 * Longest time that a file is kept open, in milliseconds: it stays that of the process it was opened for, which must not
 * be taken for another one that is given the same number later.
 */
const KEPT_MS = 250;
const KEPT_LIMIT = 256;
const kept = new Map<string, Kept>();
let room = Buffer.allocUnsafe(16 * 1024);

/**
 * As `readText`, for a file that is looked at every few milliseconds: most of what such a look costs is to open and
 * close it, so it is kept open for a moment. Not for what a file shows of the moment when it was opened, as `environ`.
 */
export function readAgain(path: string): string | null {
  const found = kept.get(path);
  const now = performance.now();
  if (found && now - found.opened < KEPT_MS) {
    const text = readFrom(found.fd);
    if (text !== null) return text;
  }
  if (found) forget(path, found);
  try {
    const fd = openSync(path, 'r');
    kept.set(path, { fd, opened: now });
    const [oldest] = kept;
    if (oldest && kept.size > KEPT_LIMIT) forget(...oldest);
    return readFrom(fd);
  } catch (error) {
    rethrowShortage(error);
    return null;
  }
}

function forget(path: string, { fd }: Kept): void {
  kept.delete(path);
  closeSync(fd);
}

/** All that a file holds now; null when its process is gone. */
function readFrom(fd: number): string | null {
  let length = 0;
  try {
    for (;;) {
      const count = readSync(fd, room, length, room.length - length, length);
      if (count === 0) return room.toString('latin1', 0, length);
      length += count;
      if (length === room.length) room = Buffer.concat([room], room.length * 2);
    }
  } catch (error) {
    rethrowShortage(error);
    return null;
  }
}

/** Names in a folder below /proc; empty when it can't be read. */
export function names(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    rethrowShortage(error);
    return [];
  }
}

/** Numbers in a folder below /proc, such as processes, threads or descriptors. */
export function numbers(path: string): number[] {
  const found: number[] = [];
  for (const name of names(path)) {
    const number = Number(name);
    if (Number.isInteger(number)) found.push(number);
  }
  return found;
}

/** How many links there are to a folder below /proc, see stat(2); 0 when it is gone. */
export function linksTo(path: string): number {
  try {
    return statSync(path, { throwIfNoEntry: false })?.nlink ?? 0;
  } catch (error) {
    rethrowShortage(error);
    return 0;
  }
}

/** What a symbolic link below /proc points at, or null. */
export function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    rethrowShortage(error);
    return null;
  }
}

/** A buffer that no read uses at the moment, so that a thousand reads don't make a thousand of them. */
let spare: Buffer | undefined;

/** A table that took longer so many times in a row, in milliseconds, is a big one. */
const QUICK_MS = 0.5;
const SLOW_READS = 3;
const slowReads = new Map<string, number>();

/**
 * Text of a table below /proc. In a network of its own that is a matter of microseconds; the machine's own table takes
 * milliseconds, and is read in the thread pool so that the event loop goes on.
 */
export async function readTable(path: string): Promise<string> {
  if (isBigTable(path)) return readBigTable(path);
  const begin = performance.now();
  const text = readFileSync(path, 'utf8');
  slowReads.set(path, performance.now() - begin > QUICK_MS ? (slowReads.get(path) ?? 0) + 1 : 0);
  return text;
}

/** Is a table a big one, whose reading takes milliseconds: by what the kernel says, or by how long reading it took? */
export function isBigTable(path: string): boolean {
  return (slowReads.get(path) ?? 0) >= SLOW_READS || (path.startsWith('/proc/net/tcp') && hasBigTable());
}

/** So many buckets take a fraction of a millisecond to walk through. */
const SMALL_TABLE = 16_384;
let entries: number | undefined;

/** Buckets of this network's TCP sockets, from Linux 6.1 on; less than 0 when it shares those of the whole machine. */
function hasBigTable(): boolean {
  entries ??= Number(readText('/proc/sys/net/ipv4/tcp_ehash_entries') ?? 0);
  return Math.abs(entries) > SMALL_TABLE;
}

async function readBigTable(path: string): Promise<string> {
  const file = await open(path, 'r');
  let buffer = spare ?? Buffer.allocUnsafe(64 * 1024);
  spare = undefined;
  try {
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
      if (bytesRead === 0) return buffer.toString('latin1', 0, length);
      length += bytesRead;
      if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
    }
  } finally {
    spare = buffer;
    await file.close();
  }
}
