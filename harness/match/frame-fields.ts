import * as v from 'valibot';
import { byteCount, duration } from '../base/fields.ts';
import { milliseconds } from '../base/units.ts';
import type { Frame } from './frame.ts';
import { type Payload, showPayload } from './payload.ts';
import { payload } from './payload-fields.ts';

/** A frame as it is written; what ends a message may wait for its bytes. */
export type WrittenFrame =
  | Exclude<Frame, { kind: 'delimiter' | 'http' }>
  | { readonly kind: 'delimiter'; readonly payload: Payload }
  | { readonly kind: 'http' };

const MANY = 'is a number of datagrams from 1 to 1000';
const datagrams = v.pipe(v.number(MANY), v.integer(MANY), v.minValue(1, MANY), v.maxValue(1000, MANY));
const size = v.picklist([1, 2, 4, 8], 'is 1, 2, 4 or 8 bytes');

/**
 * Where a message ends: `match`, `line`, `close`, `http`, `{bytes: N}`, `{datagrams: N}`, `{idle: 200ms}`,
 * `{delimiter: text}`, `{length_prefix: 4}` or `{length_prefix: {bytes: 4, endian: little}}`.
 */
export const frame: v.GenericSchema<unknown, WrittenFrame> = v.union(
  [
    v.pipe(
      v.picklist(['match', 'line', 'close', 'http']),
      v.transform((kind): WrittenFrame => ({ kind })),
    ),
    v.pipe(
      v.strictObject({ bytes: byteCount }),
      v.transform(({ bytes }): WrittenFrame => ({ kind: 'bytes', bytes })),
    ),
    v.pipe(
      v.strictObject({ datagrams }),
      v.transform(({ datagrams: count }): WrittenFrame => ({ kind: 'datagrams', count })),
    ),
    v.pipe(
      v.strictObject({ idle: duration }),
      v.transform(({ idle }): WrittenFrame => ({ kind: 'idle', ms: idle })),
    ),
    v.pipe(
      v.strictObject({ delimiter: payload }),
      v.transform(({ delimiter }): WrittenFrame => ({ kind: 'delimiter', payload: delimiter })),
    ),
    v.pipe(
      v.strictObject({
        length_prefix: v.union(
          [
            size,
            v.strictObject({ bytes: size, endian: v.exactOptional(v.picklist(['big', 'little']), 'big') }),
          ],
          'is 1, 2, 4 or 8 bytes, or {bytes: 4, endian: little}',
        ),
      }),
      v.transform(({ length_prefix: prefix }): WrittenFrame => {
        const written = typeof prefix === 'number' ? { bytes: prefix, endian: 'big' as const } : prefix;
        return { kind: 'length_prefix', size: written.bytes, endian: written.endian };
      }),
    ),
  ],
  'is match, line, close, http, {bytes: N}, {datagrams: N}, {idle: 200ms}, {delimiter: text} or {length_prefix: 4}',
);

/** The frames: where a message ends. A test sees to it that each of them can be read. */
export const FRAMES: Readonly<Record<string, string>> = {
  match:
    'Where the matcher is satisfied; this is what holds when nothing is said. `equals` reads as many bytes as it has itself.',
  line: 'At the first newline. The message is the line without its ending, unless the matcher names a newline itself.',
  close: 'Where the program ends the connection.',
  http: 'After one whole HTTP response, by its Content-Length, its chunks or the end of the connection.',
  '{ bytes: 512 }': 'After so many bytes.',
  '{ delimiter: "\\0" }': 'After the first occurrence of this payload, which does not belong to the message.',
  '{ length_prefix: 4 }':
    'After as many bytes as a number of 1, 2, 4 or 8 bytes at the beginning says; `{ length_prefix: { bytes: 4, endian: little } }` for the other byte order.',
  '{ datagrams: 3 }': 'By UDP, after so many datagrams, one after another.',
  '{ idle: 100ms }': 'When nothing more has come for so long.',
};

/** How far a frame reads, as a part of a sentence: `a line`, `512 bytes`. */
export function describeFrame(frame: WrittenFrame): string {
  switch (frame.kind) {
    case 'match':
      return 'until it is decided';
    case 'line':
      return 'a line';
    case 'close':
      return 'until the program closes';
    case 'bytes':
      return `${frame.bytes} bytes`;
    case 'http':
      return 'a whole HTTP response';
    case 'delimiter':
      return `up to ${showPayload(frame.payload, '')}`;
    case 'length_prefix':
      return `a message that comes after its length (${frame.size} byte${frame.size === 1 ? '' : 's'}, ${frame.endian}-endian)`;
    case 'datagrams':
      return frame.count === 1 ? 'a datagram' : `${frame.count} datagrams`;
    case 'idle':
      return `until nothing has come for ${milliseconds(frame.ms)}`;
  }
}
