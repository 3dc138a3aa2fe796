import { closeSync, openSync, readSync } from 'node:fs';
import { rethrowShortage } from './proc.ts';

/** Bytes of a thread's memory, or null when they can't be read (no right to trace it, or it is gone). */
export function memoryOf(pid: number, tid: number, address: bigint, length: number): Buffer | null {
  if (length === 0) return Buffer.alloc(0);
  let file: number | undefined;
  try {
    file = openSync(`/proc/${pid}/task/${tid}/mem`, 'r');
    const bytes = Buffer.alloc(length);
    return readSync(file, bytes, 0, length, address) === length ? bytes : null;
  } catch (error) {
    rethrowShortage(error);
    return null;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Milliseconds of a `struct timespec` or, with microseconds, a `struct timeval`; null when unreadable. */
export function timeAt(pid: number, tid: number, address: bigint, unitsPerMs: number): number | null {
  const bytes = memoryOf(pid, tid, address, 16);
  if (!bytes) return null;
  return Number(bytes.readBigInt64LE(0)) * 1000 + Number(bytes.readBigInt64LE(8)) / unitsPerMs;
}
