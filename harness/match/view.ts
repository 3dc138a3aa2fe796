import type { BytesView } from '../model/index.ts';
import { sequenceLength } from './utf8.ts';

const SHORT_ESCAPES: { readonly [byte: number]: string } = {
  0: '\\0',
  9: '\\t',
  10: '\\n',
  13: '\\r',
  92: '\\\\',
};
/** What does not show, moves the cursor, reorders text, or looks like a plain space. */
const NOT_SHOWN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;
const COMBINING = /^\p{M}/u;
const BASE_CHARACTER = /^[\p{L}\p{N}\p{P}\p{S}]$/u;
const BASE64_LIMIT = 1024;
const ROW = 16;

/**
 * Bytes on one line, safe to print anywhere: readable UTF-8 as it is, `\n \r \t \0 \\` and `\xNN` for the rest;
 * about `max` characters of it, then `… (the beginning of N bytes)`.
 */
export function escapeBytes(bytes: Uint8Array, max = 80): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let text = '';
  let previous = '';
  for (let at = 0; at < buffer.length; ) {
    const length = Math.max(1, sequenceLength(buffer, at));
    const shown = escapeCharacter(buffer.subarray(at, at + length), buffer[at + length], previous);
    if (text.length + shown.length > max) return `${text}… (the beginning of ${buffer.length} bytes)`;
    text += shown;
    previous = shown;
    at += length;
  }
  return text;
}

function escapeCharacter(bytes: Buffer, next: number | undefined, previous: string): string {
  const first = bytes[0] ?? 0;
  const short = SHORT_ESCAPES[first];
  if (first === 0 && next !== undefined && next >= 0x30 && next <= 0x39) return '\\x00';
  if (short !== undefined) return short;
  const character = bytes.toString();
  const valid = bytes.length > 1 || first < 0x80;
  const readable = valid && !NOT_SHOWN.test(character);
  if (readable && (!COMBINING.test(character) || BASE_CHARACTER.test(previous))) return character;
  return [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

/**
 * Up to `rows` (3 when not given) rows of a hex dump around the offset `at`, 16 bytes a row, and below the row with
 * the offset a line whose carets point to it. No line is longer than 80 columns.
 */
export function hexView(bytes: Uint8Array, at: number, { rows = 3 }: { rows?: number } = {}): string[] {
  const marked = Math.floor(Math.min(Math.max(0, at), bytes.length) / ROW);
  const last = Math.max(marked, Math.ceil(bytes.length / ROW) - 1);
  const first = Math.max(0, Math.min(marked - Math.floor(rows / 2), last - rows + 1));
  const lines: string[] = [];
  for (let row = first; row <= Math.min(last, first + Math.max(1, rows) - 1); row += 1) {
    lines.push(hexRow(bytes, row * ROW));
    if (row === marked) lines.push(carets(Math.min(Math.max(0, at), bytes.length) % ROW));
  }
  return lines;
}

function hexRow(bytes: Uint8Array, offset: number): string {
  const row = [...bytes.subarray(offset, offset + ROW)];
  const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const text = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
  return `${offset.toString(16).padStart(8, '0')}: ${hex.padEnd(ROW * 3 - 1)}  ${text}`.trimEnd();
}

function carets(column: number): string {
  return `${' '.repeat(10 + column * 3)}^^`.padEnd(10 + ROW * 3 - 1 + 2 + column).concat('^');
}

/** Bytes for a report: escaped and cut for reading, and whole in base64 when there are at most 1024. */
export function bytesView(bytes: Uint8Array): BytesView {
  const view = { text: escapeBytes(bytes), length: bytes.length };
  if (bytes.length > BASE64_LIMIT) return view;
  return { ...view, base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64') };
}

/** "1 byte", "12 bytes". */
export function countBytes(count: number): string {
  return `${count} byte${count === 1 ? '' : 's'}`;
}

/** Escaped, and how many there are, unless that is said already or seen at a glance. */
export function sizedBytes(bytes: Buffer): string {
  const text = escapeBytes(bytes);
  return bytes.length > 20 && !/… \(the beginning of \d+ bytes\)$/.test(text)
    ? `${text} (${bytes.length} bytes)`
    : text;
}
