import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
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
  const slow = slowReads.get(path) ?? 0;
  if (slow >= SLOW_READS) return readBigTable(path);
  const begin = performance.now();
  const text = readFileSync(path, 'utf8');
  slowReads.set(path, performance.now() - begin > QUICK_MS ? slow + 1 : 0);
  return text;
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
