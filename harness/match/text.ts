import { isUtf8 } from 'node:buffer';
import { sequenceLength } from './utf8.ts';

/**
 * Text that may hold bytes which are no text. Such a byte 0xNN stands as the lone surrogate U+DCNN, as in
 * Python's "surrogateescape" (PEP 383), so that it survives in strings and in JSON.
 */
const LONES = /(?<![\ud800-\udbff])[\udc80-\udcff]/g;
const LONE_BASE = 0xdc00;

/** The bytes of a text, in UTF-8; lone surrogates are the bytes that they stand for. */
export function textToBytes(text: string): Buffer {
  if (text.search(LONES) === -1) return Buffer.from(text, 'utf8');
  const parts: Buffer[] = [];
  let at = 0;
  for (const { index } of text.matchAll(LONES)) {
    parts.push(Buffer.from(text.slice(at, index), 'utf8'), Buffer.of(text.charCodeAt(index) - LONE_BASE));
    at = index + 1;
  }
  return Buffer.concat([...parts, Buffer.from(text.slice(at), 'utf8')]);
}

/** The text of some bytes; bytes that are not UTF-8 become lone surrogates. */
export function bytesToText(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return Buffer.from(bytes).toString('utf8');
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    text +=
      length > 0
        ? Buffer.from(bytes.subarray(at, at + length)).toString('utf8')
        : String.fromCharCode(LONE_BASE + (bytes[at] ?? 0));
    at += Math.max(1, length);
  }
  return text;
}
