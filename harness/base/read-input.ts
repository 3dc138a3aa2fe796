import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

const CHUNK = 64 * 1024;
/** How long a pipe is waited for that nobody writes to, and one whose writer is silent, in milliseconds. */
const NO_WRITER = 1_000;
const SILENT = 10_000;
const STEP = 5;

/**
 * Reads a file that a person has named, or says why it can't be read. No more than one byte beyond `most` is read, so that
 * devices have an end as well, and a pipe is not waited for when nobody writes to it.
 */
export function readInput(file: string, most: number): Buffer | string {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const info = fstatSync(descriptor);
    if (info.isDirectory()) return 'it is a folder';
    if (info.isSocket()) return 'it is a socket';
    return readAll(descriptor, most, info.isFIFO());
  } catch (error) {
    return reason(error as NodeJS.ErrnoException);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function readAll(descriptor: number, most: number, isPipe: boolean): Buffer | string {
  const parts: Buffer[] = [];
  let waited = 0;
  for (let left = most + 1; left > 0; ) {
    const part = Buffer.alloc(Math.min(left, CHUNK));
    const count = readSome(descriptor, part);
    if (count !== undefined && count > 0) {
      parts.push(part.subarray(0, count));
      left -= count;
      waited = 0;
      continue;
    }
    // Whoever writes may not have opened the pipe yet.
    const isOver = count === 0 && (!isPipe || parts.length > 0);
    if (isOver) break;
    if (count === 0 && waited >= NO_WRITER) return 'it is a pipe without a writer';
    if (waited >= SILENT) return 'nothing comes out of it';
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STEP);
    waited += STEP;
  }
  return Buffer.concat(parts);
}

/** Undefined where there is nothing yet. */
function readSome(descriptor: number, part: Buffer): number | undefined {
  try {
    return readSync(descriptor, part);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    return undefined;
  }
}

function reason(error: NodeJS.ErrnoException): string {
  return (
    {
      ENOENT: 'there is no such file',
      EACCES: 'it may not be read',
      EISDIR: 'it is a folder',
      ENXIO: 'it is a socket',
    }[error.code ?? ''] ?? error.message
  );
}
