import * as v from 'valibot';
import { defined, whenGiven } from '../base/defined.ts';
import { byteCount, name, text } from '../base/fields.ts';
import type { MatcherSchema, WrittenMatcher } from './matchers/definition.ts';
import type { Payload, SentField } from './payload.ts';
import {
  type Bits,
  type Endian,
  type FieldWish,
  isFloat,
  NUMBER_TYPES,
  NUMBERS,
  type NumberType,
  type NumberWish,
  rangeOf,
} from './struct.ts';

/** How structs are written, to be sent and to be expected: a list of fields, each a map with its type. */

const endian = v.picklist(['big', 'little'], 'is big or little');
const width = v.pipe(byteCount, v.minValue(1, 'is at least 1 byte'));

/** A whole number as such or in digits, or a number with a fraction. */
function numberOf(type: NumberType): v.GenericSchema<unknown, bigint | number> {
  const message = isFloat(type) ? 'is a number' : `is a whole number from ${rangeOf(type).join(' to ')}`;
  return v.pipe(
    v.union([v.number(), v.bigint(), v.string()], message),
    v.rawTransform<string | number | bigint, bigint | number>(({ dataset, addIssue, NEVER }) => {
      const value = readNumeral(type, dataset.value);
      if (value !== undefined) return value;
      addIssue({ message });
      return NEVER;
    }),
  );
}

function readNumeral(type: NumberType, written: string | number | bigint): bigint | number | undefined {
  const digits = String(written).trim();
  if (isFloat(type)) {
    const value = Number(digits);
    return digits === '' || Number.isNaN(value) ? undefined : value;
  }
  if (!/^-?(\d+|0x[\da-f]+)$/i.test(digits)) return undefined;
  const value = digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits);
  const [least, greatest] = rangeOf(type);
  return value >= least && value <= greatest ? value : undefined;
}

const bitWidth = v.pipe(
  v.number('is a number of bits from 1 to 32'),
  v.integer('is a number of bits from 1 to 32'),
  v.minValue(1, 'is a number of bits from 1 to 32'),
  v.maxValue(32, 'is a number of bits from 1 to 32'),
);
const wholeBytes = 'must fill whole bytes: the widths add up to a multiple of 8';

/** The widths fill whole bytes. */
function filling<Group extends { readonly width: number }>() {
  return v.check<Group[], string>(
    (groups) => groups.reduce((sum, group) => sum + group.width, 0) % 8 === 0,
    wholeBytes,
  );
}

const bitsSent = v.pipe(
  v.array(
    v.pipe(
      v.strictObject({ width: bitWidth, value: numberOf('u32') }, 'is a map such as {width: 4, value: 2}'),
      v.check(
        ({ width: bits, value }) => Number(value) < 2 ** bits,
        'has a value that is too large for its width',
      ),
      v.transform(({ width: bits, value }): Bits => ({ width: bits, value: Number(value) })),
    ),
    'is a list such as [{width: 1, value: 1}, {width: 7, value: 0}]',
  ),
  v.nonEmpty('needs at least one group'),
  filling(),
);

const FIELD = 'is a map such as {u16: 7}, {text: ada, width: 16} or a payload';

const NAMED_BITS = 'fields of bits have no names';

/** What is wrong with a field; of a group of bits its names are not the field's. */
function wordsOf({ message, path }: v.BaseIssue<unknown>): string {
  const all = (path ?? []).map(({ key }) => String(key));
  const [first, at, ...keys] = all;
  if (first === undefined) return message;
  if (first === 'bits' && keys.length > 0 && !['width', 'value', 'capture'].includes(keys[0] ?? ''))
    return `has a wrong group of "bits" at place ${Number(at) + 1}\nwrite { width: 1, value: 0 }; ${NAMED_BITS}`;
  return `has a wrong "${all.join('.')}": it ${message}`;
}

/** Hands a field on to the schema of its type; a union would only say that nothing fits. */
function dispatch<Out>(
  schemaOf: (keys: readonly string[]) => v.GenericSchema<unknown, Out>,
): v.GenericSchema<unknown, Out> {
  return v.pipe(
    v.record(v.string(), v.unknown(), FIELD),
    v.rawTransform<Record<string, unknown>, Out>(({ dataset, addIssue, NEVER }) => {
      const result = v.safeParse(schemaOf(Object.keys(dataset.value)), dataset.value);
      if (result.success) return result.output;
      // What a group lacks that has a name is said with the name.
      const messages = [...new Set(result.issues.map(wordsOf))];
      const named = messages.filter((message) => message.includes(NAMED_BITS));
      for (const message of named.length > 0 ? named : messages) addIssue({ message });
      return NEVER;
    }),
  );
}

/** The fields of a struct that is sent; any payload may stand for a field. */
export function sentFields(
  payload: v.GenericSchema<unknown, Payload>,
): v.GenericSchema<unknown, readonly SentField[]> {
  const field = dispatch<SentField>((keys) => {
    const type = NUMBER_TYPES.find((one) => keys.includes(one));
    if (type !== undefined)
      return v.pipe(
        v.strictObject({ [type]: numberOf(type), endian: v.exactOptional(endian) }),
        v.transform((written): SentField => {
          const { [type]: value, endian: order } = written as Record<string, bigint | number> & {
            endian?: Endian;
          };
          return {
            kind: 'number',
            type,
            value: value ?? 0,
            ...defined({ endian: order }),
          };
        }),
      );
    if (keys.includes('bits'))
      return v.pipe(
        v.strictObject({ bits: bitsSent }),
        v.transform(({ bits }): SentField => ({ kind: 'bits', groups: bits })),
      );
    if (keys.includes('text') && keys.includes('width'))
      return v.pipe(
        v.strictObject({ text, width }),
        v.check(
          ({ text: written, width: bytes }) => Buffer.byteLength(written) <= bytes,
          'has a text that is longer than its width',
        ),
        v.transform((written): SentField => ({ kind: 'text', ...written })),
      );
    return v.pipe(
      payload,
      v.transform((one): SentField => ({ kind: 'payload', payload: one })),
    );
  });
  return v.pipe(
    v.array(field, 'is a list of fields, each a map such as {u16: 7}'),
    v.nonEmpty('needs at least one field'),
  );
}

/** A field of a struct that is expected, before its payloads and matchers are bytes. */
export type WrittenWish =
  | Exclude<FieldWish, { kind: 'text' | 'prefixed' | 'number' }>
  | ({ readonly kind: 'number'; readonly type: NumberType; readonly endian?: Endian } & NumberWish)
  | {
      readonly kind: 'text';
      readonly width?: number;
      readonly capture?: string;
      readonly matcher?: WrittenMatcher;
    }
  | {
      readonly kind: 'prefixed';
      readonly size: number;
      readonly endian?: Endian;
      readonly capture?: string;
      readonly matcher?: WrittenMatcher;
    };

function numberWish(type: NumberType): v.GenericSchema<unknown, NumberWish> {
  const one = numberOf(type);
  return v.pipe(
    v.union(
      [
        v.pipe(
          one,
          v.transform((equals): NumberWish => ({ equals })),
        ),
        v.strictObject({
          equals: v.exactOptional(one),
          min: v.exactOptional(one),
          max: v.exactOptional(one),
          capture: v.exactOptional(name),
        }),
      ],
      'is a number, or {capture: name}, or {min, max}',
    ),
  );
}

/** What a text must be: the text itself, a matcher, or a name to keep it under. */
function textWish(
  inner: MatcherSchema,
  equals: (written: string) => WrittenMatcher,
): v.GenericSchema<unknown, { readonly capture?: string; readonly matcher?: WrittenMatcher }> {
  return v.union(
    [
      v.pipe(
        v.string(),
        v.transform((written) => ({ matcher: equals(written) })),
      ),
      v.strictObject({ capture: name }),
      v.pipe(
        inner,
        v.transform((matcher) => ({ matcher })),
      ),
    ],
    'is a text, {capture: name} or a matcher',
  );
}

const prefixSize = v.picklist([1, 2, 4, 8], 'is 1, 2, 4 or 8 bytes');

/** The fields of a struct that is expected. */
export function wishedFields(
  inner: MatcherSchema,
  equals: (written: string) => WrittenMatcher,
): v.GenericSchema<unknown, readonly WrittenWish[]> {
  const wish = textWish(inner, equals);
  const field = dispatch<WrittenWish>((keys) => {
    const type = NUMBER_TYPES.find((one) => keys.includes(one));
    if (type !== undefined)
      return v.pipe(
        v.strictObject({ [type]: numberWish(type), endian: v.exactOptional(endian) }),
        v.transform((written): WrittenWish => {
          const { [type]: wanted, endian: order } = written as Record<string, NumberWish> & {
            endian?: Endian;
          };
          return { kind: 'number', type, ...wanted, ...defined({ endian: order }) };
        }),
      );
    if (keys.includes('bits'))
      return v.pipe(
        v.strictObject({
          bits: v.pipe(
            v.array(
              v.pipe(
                v.strictObject({
                  width: bitWidth,
                  value: v.exactOptional(numberOf('u32')),
                  capture: v.exactOptional(name),
                }),
                v.transform(({ width: bits, value, capture }) => ({
                  width: bits,
                  ...defined({ equals: whenGiven(value, BigInt), capture }),
                })),
              ),
              'is a list such as [{width: 1, value: 1}, {width: 7}]',
            ),
            v.nonEmpty('needs at least one group'),
            filling(),
          ),
        }),
        v.transform(({ bits }): WrittenWish => ({ kind: 'bits', groups: bits })),
      );
    if (keys.includes('skip'))
      return v.pipe(
        v.strictObject({ skip: byteCount }),
        v.transform(({ skip }): WrittenWish => ({ kind: 'skip', bytes: skip })),
      );
    if (keys.includes('hex'))
      return v.pipe(
        v.strictObject({
          hex: v.pipe(text, v.regex(/^\s*([0-9a-fA-F]{2}\s*)+$/, 'is pairs of hexadecimal digits')),
        }),
        v.transform(
          ({ hex }): WrittenWish => ({ kind: 'bytes', bytes: Buffer.from(hex.replace(/\s/g, ''), 'hex') }),
        ),
      );
    if (keys.includes('length_prefix'))
      return v.pipe(
        v.strictObject({ length_prefix: prefixSize, of: wish, endian: v.exactOptional(endian) }),
        v.transform(
          ({ length_prefix: size, of, endian: order }): WrittenWish => ({
            kind: 'prefixed',
            size,
            ...of,
            ...defined({ endian: order }),
          }),
        ),
      );
    return v.pipe(
      v.strictObject({ text: wish, width: v.exactOptional(width) }, `${WISHED}`),
      v.transform(
        ({ text: of, width: bytes }): WrittenWish => ({
          kind: 'text',
          ...of,
          ...defined({ width: bytes }),
        }),
      ),
    );
  });
  return v.pipe(
    v.array(field, 'is a list of fields, each a map such as {u16: 7}'),
    v.nonEmpty('needs at least one field'),
    v.check(
      (fields) => fields.slice(0, -1).every((one) => one.kind !== 'text' || one.width !== undefined),
      'has a text without a width that is not the last field',
    ),
  );
}

const WISHED = `has one of ${[...Object.keys(NUMBERS), 'bits', 'text', 'hex', 'skip', 'length_prefix'].join(', ')}`;
