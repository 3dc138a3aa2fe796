import * as v from 'valibot';
import { byteCount, duration } from '../base/fields.ts';
import type { Frame } from './frame.ts';
import type { Payload } from './payload.ts';
import { payload } from './payload-fields.ts';

/** A frame as it is written; what ends a message may wait for its bytes. */
export type WrittenFrame =
  | Exclude<Frame, { kind: 'delimiter' | 'http' }>
  | { readonly kind: 'delimiter'; readonly payload: Payload }
  | { readonly kind: 'http' };

const size = v.picklist([1, 2, 4, 8], 'is 1, 2, 4 or 8 bytes');

/**
 * Where a message ends: `match`, `line`, `close`, `http`, `{bytes: N}`, `{idle: 200ms}`, `{delimiter: text}`,
 * `{length_prefix: 4}` or `{length_prefix: {bytes: 4, endian: little}}`.
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
  'is match, line, close, http, {bytes: N}, {idle: 200ms}, {delimiter: text} or {length_prefix: 4}',
);
