import type { Difference } from './types.ts';
import { escapeBytes } from './view.ts';

/** A body in chunks (RFC 9112, section 7.1), read from where it begins. */
export type ChunksScan =
  | { readonly state: 'complete'; readonly body: Buffer; readonly end: number }
  | { readonly state: 'open'; readonly lacking: Difference }
  | { readonly state: 'broken'; readonly difference: Difference };

/** Reads chunks and trailer fields up to the empty line after the chunk of length 0. */
export function readChunks(bytes: Buffer, from: number, ended: boolean): ChunksScan {
  const parts: Buffer[] = [];
  let at = from;
  const unfinished = (description: string): ChunksScan => {
    const lacking: Difference = { cause: 'http_length', at: bytes.length, description };
    return ended ? { state: 'broken', difference: lacking } : { state: 'open', lacking };
  };
  for (;;) {
    const newline = bytes.indexOf('\r\n', at, 'latin1');
    if (newline < 0) return unfinished('the body in chunks has no end (a chunk of length 0)');
    const line = bytes.toString('latin1', at, newline);
    const size = /^([0-9a-fA-F]{1,8})[ \t]*(;.*)?$/.exec(line)?.[1];
    if (size === undefined) {
      const description = `"${escapeBytes(Buffer.from(line, 'latin1'), 30)}" is not the length of a chunk (hexadecimal)`;
      return { state: 'broken', difference: { cause: 'bad_http', at, description } };
    }
    const begin = newline + 2;
    const length = Number.parseInt(size, 16);
    if (length === 0) return readTrailer(bytes, begin, Buffer.concat(parts), unfinished);
    if (bytes.length < begin + length + 2) return unfinished(`a chunk of ${length} bytes is not complete`);
    if (bytes.toString('latin1', begin + length, begin + length + 2) !== '\r\n') {
      const description = `the chunk of ${length} bytes is not followed by \\r\\n`;
      return { state: 'broken', difference: { cause: 'bad_http', at: begin + length, description } };
    }
    parts.push(bytes.subarray(begin, begin + length));
    at = begin + length + 2;
  }
}

function readTrailer(
  bytes: Buffer,
  from: number,
  body: Buffer,
  unfinished: (description: string) => ChunksScan,
): ChunksScan {
  let at = from;
  for (;;) {
    const newline = bytes.indexOf('\r\n', at, 'latin1');
    if (newline < 0) return unfinished('the empty line after the last chunk is missing');
    if (newline === at) return { state: 'complete', body, end: at + 2 };
    at = newline + 2;
  }
}
