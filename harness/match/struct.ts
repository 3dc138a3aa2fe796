import { defined } from '../base/defined.ts';
import type { Difference } from './types.ts';
import { escapeBytes } from './view.ts';

export type Endian = 'big' | 'little';

const OTHER_WAY_ROUND = 'its bytes are the other way round (htons(), htonl(), struct.pack("!…"))';

/** The numbers of a struct: how many bytes each takes, and what it holds. */
export const NUMBERS = {
  u8: { size: 1, signed: false },
  u16: { size: 2, signed: false },
  u32: { size: 4, signed: false },
  u64: { size: 8, signed: false },
  i8: { size: 1, signed: true },
  i16: { size: 2, signed: true },
  i32: { size: 4, signed: true },
  i64: { size: 8, signed: true },
  f32: { size: 4, signed: true },
  f64: { size: 8, signed: true },
} as const;

export type NumberType = keyof typeof NUMBERS;
export const NUMBER_TYPES = Object.keys(NUMBERS) as readonly NumberType[];

export function isFloat(type: NumberType): boolean {
  return type === 'f32' || type === 'f64';
}

/** The least and the greatest value of a whole number. */
export function rangeOf(type: NumberType): readonly [bigint, bigint] {
  const { size, signed } = NUMBERS[type];
  const all = 1n << BigInt(size * 8);
  return signed ? [-all / 2n, all / 2n - 1n] : [0n, all - 1n];
}

/** The bytes of a number, which must be in its range. */
export function numberBytes(type: NumberType, value: bigint | number, endian: Endian): Buffer {
  const { size } = NUMBERS[type];
  const bytes = Buffer.alloc(size);
  if (type === 'f32') bytes.writeFloatBE(Number(value));
  else if (type === 'f64') bytes.writeDoubleBE(Number(value));
  else {
    let rest = BigInt.asUintN(size * 8, BigInt(value));
    for (let at = size - 1; at >= 0; at--) {
      bytes[at] = Number(rest & 0xffn);
      rest >>= 8n;
    }
  }
  return endian === 'little' ? bytes.reverse() : bytes;
}

/** The number that some bytes stand for. */
export function readNumber(type: NumberType, bytes: Buffer, endian: Endian): bigint | number {
  const big = endian === 'little' ? Buffer.from(bytes).reverse() : bytes;
  if (type === 'f32') return big.readFloatBE();
  if (type === 'f64') return big.readDoubleBE();
  const value = big.reduce((so, byte) => so * 256n + BigInt(byte), 0n);
  return NUMBERS[type].signed ? BigInt.asIntN(big.length * 8, value) : value;
}

/** The bytes of a text, cut to nothing and filled up with NUL where it has a width. */
export function textField(text: Buffer, width: number | undefined): Buffer {
  if (width === undefined) return text;
  return Buffer.concat([text, Buffer.alloc(Math.max(0, width - text.length))]);
}

/** The bytes of some groups of bits, the first one being the highest. */
export function bitsBytes(groups: readonly { readonly width: number; readonly value: number }[]): Buffer {
  const all = groups.reduce((so, { width, value }) => (so << BigInt(width)) | BigInt(value), 0n);
  const size = groups.reduce((sum, { width }) => sum + width, 0) / 8;
  return Buffer.from(all.toString(16).padStart(size * 2, '0'), 'hex');
}

/** What a number must be. */
export interface NumberWish {
  readonly equals?: bigint | number;
  readonly min?: bigint | number;
  readonly max?: bigint | number;
  readonly capture?: string;
}

/** What a text or some bytes must be; `mismatch` judges what is left without the NULs that fill it up. */
export interface BytesWish {
  readonly capture?: string;
  readonly mismatch?: (bytes: Buffer) => Difference | undefined;
}

/** One field of a struct that is expected. */
export type FieldWish =
  | ({ readonly kind: 'number'; readonly type: NumberType; readonly endian: Endian } & NumberWish)
  | { readonly kind: 'bits'; readonly groups: readonly ({ readonly width: number } & NumberWish)[] }
  /** Without a width a text goes on to the end. */
  | ({ readonly kind: 'text'; readonly width?: number } & BytesWish)
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'skip'; readonly bytes: number }
  | ({ readonly kind: 'prefixed'; readonly size: number; readonly endian: Endian } & BytesWish);

/** The outcome of reading a struct. */
export type StructScan =
  | { readonly state: 'complete'; readonly length: number; readonly captures: ReadonlyMap<string, string> }
  /** So many bytes at least are still missing; `difference` where a length stands the other way round. */
  | {
      readonly state: 'short';
      readonly missing: number;
      readonly field: number;
      readonly difference?: Difference;
    }
  | { readonly state: 'wrong'; readonly difference: Difference };

/** Reads the fields one after another from the beginning of some bytes. */
export function readStruct(fields: readonly FieldWish[], bytes: Buffer): StructScan {
  const captures = new Map<string, string>();
  let at = 0;
  for (const [index, field] of fields.entries()) {
    const rest = bytes.subarray(at);
    const size = sizeAt(field, rest);
    const placed = (found: Omit<Difference, 'at'>): Difference => {
      const description = `field ${index + 1} (${nameOf(field)}, at byte ${at}) ${found.description}`;
      return { ...found, at, description };
    };
    if (size > rest.length) {
      const swapped = swappedLength(field, rest);
      const difference = swapped && placed(swapped);
      return { state: 'short', missing: size - rest.length, field: index, ...defined({ difference }) };
    }
    const found = readField(field, rest.subarray(0, size), captures);
    if (found) return { state: 'wrong', difference: placed(found) };
    at += size;
  }
  return { state: 'complete', length: at, captures };
}

/** Whether where the struct ends is known from its bytes alone. */
export function endsByItself(fields: readonly FieldWish[]): boolean {
  return fields.every((field) => field.kind !== 'text' || field.width !== undefined);
}

/** A field as it is called in texts. */
export function nameOf(field: FieldWish): string {
  switch (field.kind) {
    case 'number':
      return field.type;
    case 'prefixed':
      return 'text after its length';
    default:
      return field.kind;
  }
}

function sizeAt(field: FieldWish, rest: Buffer): number {
  switch (field.kind) {
    case 'number':
      return NUMBERS[field.type].size;
    case 'bits':
      return field.groups.reduce((sum, { width }) => sum + width, 0) / 8;
    case 'text':
      return field.width ?? rest.length;
    case 'bytes':
      return field.bytes.length;
    case 'skip':
      return field.bytes;
    case 'prefixed': {
      if (rest.length < field.size) return field.size;
      return field.size + lengthBefore(field, rest);
    }
  }
}

/** A length that is too long for what came, and not too long with its bytes the other way round. */
function swappedLength(field: FieldWish, rest: Buffer): Omit<Difference, 'at'> | undefined {
  if (field.kind !== 'prefixed' || rest.length < field.size) return undefined;
  const swapped = lengthBefore({ ...field, endian: field.endian === 'big' ? 'little' : 'big' }, rest);
  if (field.size + swapped > rest.length) return undefined;
  return {
    cause: 'byte_order',
    description: `has a length of ${lengthBefore(field, rest)} instead of ${swapped}: ${OTHER_WAY_ROUND}`,
  };
}

function lengthBefore(
  { size, endian }: { readonly size: number; readonly endian: Endian },
  bytes: Buffer,
): number {
  const prefix = Buffer.from(bytes.subarray(0, size));
  return Number(
    (endian === 'little' ? prefix.reverse() : prefix).reduce((so, byte) => so * 256n + BigInt(byte), 0n),
  );
}

function readField(
  field: FieldWish,
  bytes: Buffer,
  captures: Map<string, string>,
): Omit<Difference, 'at'> | undefined {
  switch (field.kind) {
    case 'number': {
      const value = readNumber(field.type, bytes, field.endian);
      const other = readNumber(field.type, bytes, field.endian === 'big' ? 'little' : 'big');
      return checkNumber(field, value, captures, bytes.length > 1 ? other : undefined);
    }
    case 'bits': {
      let rest = bytes.reduce((so, byte) => (so << 8n) | BigInt(byte), 0n);
      let found: Omit<Difference, 'at'> | undefined;
      // From the lowest group up; what is reported is the first one from the left.
      for (const group of [...field.groups].reverse()) {
        const value = rest & ((1n << BigInt(group.width)) - 1n);
        rest >>= BigInt(group.width);
        found = checkNumber(group, value, captures) ?? found;
      }
      return found;
    }
    case 'text': {
      const end = field.width === undefined ? -1 : bytes.indexOf(0);
      return checkBytes(field, end < 0 ? bytes : bytes.subarray(0, end), captures);
    }
    case 'bytes': {
      if (bytes.equals(field.bytes)) return undefined;
      const description = `is ${bytes.toString('hex')} instead of ${field.bytes.toString('hex')}`;
      return { cause: 'different', description };
    }
    case 'skip':
      return undefined;
    case 'prefixed':
      return checkBytes(field, bytes.subarray(field.size), captures);
  }
}

function checkNumber(
  { equals, min, max, capture }: NumberWish,
  value: bigint | number,
  captures: Map<string, string>,
  other?: bigint | number,
): Omit<Difference, 'at'> | undefined {
  if (capture !== undefined) captures.set(capture, String(value));
  const fits = (one: bigint | number) =>
    (equals === undefined ||
      one === equals ||
      (typeof one === 'number' && Number.isNaN(one) && Number.isNaN(equals))) &&
    (min === undefined || one >= min) &&
    (max === undefined || one <= max);
  if (fits(value)) return undefined;
  const wanted =
    equals !== undefined
      ? String(equals)
      : [min === undefined ? '' : `at least ${min}`, max === undefined ? '' : `at most ${max}`]
          .filter(Boolean)
          .join(' and ');
  if (other !== undefined && fits(other))
    return {
      cause: 'byte_order',
      description: `is ${value} instead of ${wanted}: ${OTHER_WAY_ROUND}`,
    };
  return { cause: 'different', description: `is ${value} instead of ${wanted}` };
}

function checkBytes(
  { capture, mismatch }: BytesWish,
  bytes: Buffer,
  captures: Map<string, string>,
): Omit<Difference, 'at'> | undefined {
  if (capture !== undefined) captures.set(capture, bytes.toString('utf8'));
  const found = mismatch?.(bytes);
  return found && { ...found, description: `is ${escapeBytes(bytes, 40) || 'empty'}: ${found.description}` };
}

export type Bits = { readonly width: number; readonly value: number };
