import { escapeBytes } from '../../match/view.ts';
import type { Stream } from '../../model/index.ts';

/**
 * The bytes of a stream from an offset on, at most `most`. Only these are decoded, however long the stream is;
 * empty when they were not kept.
 */
export function streamBytes(stream: Stream | undefined, offset: number, most: number): Buffer {
  if (!stream || offset < 0 || offset >= stream.kept) return Buffer.alloc(0);
  const end = Math.min(stream.kept, offset + most);
  const first = Math.floor(offset / 3);
  const decoded = Buffer.from(stream.base64.slice(first * 4, Math.ceil(end / 3) * 4), 'base64');
  return decoded.subarray(offset - first * 3, end - first * 3);
}

/** Some bytes of a stream, escaped, in about `max` characters; an ellipsis stands for what is not shown. */
export function excerpt(stream: Stream | undefined, offset: number, length: number, max: number): string {
  const bytes = streamBytes(stream, offset, Math.min(length, max + 4));
  if (bytes.length === 0) return '';
  const text = escapeBytes(bytes, max).replace(/… \(the beginning of \d+ bytes\)$/, '…');
  return bytes.length < length && !text.endsWith('…') ? `${text}…` : text;
}
