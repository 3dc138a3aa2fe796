import { createCipheriv, createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Bits, bitsBytes, type Endian, type NumberType, numberBytes, textField } from './struct.ts';
import { textToBytes } from './text.ts';
import { countBytes, escapeBytes } from './view.ts';

/** Bytes as an author writes them; a file's content has been read already, so that a payload stands alone. */
export type Payload =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'line'; readonly text: string; readonly newline: 'lf' | 'crlf' }
  | { readonly kind: 'hex'; readonly hex: string }
  | { readonly kind: 'base64'; readonly base64: string }
  | { readonly kind: 'file'; readonly path: string; readonly base64: string }
  | { readonly kind: 'repeat'; readonly unit: string; readonly bytes: number }
  | { readonly kind: 'random'; readonly label: string; readonly bytes: number }
  | { readonly kind: 'lines'; readonly lines: readonly string[]; readonly newline: 'lf' | 'crlf' }
  | {
      readonly kind: 'http';
      readonly method: string;
      readonly path: string;
      readonly version: string;
      readonly headers: readonly { readonly name: string; readonly value: string }[];
      readonly body?: Payload;
    }
  | {
      readonly kind: 'http_response';
      readonly status: number;
      readonly reason: string;
      readonly version: string;
      readonly headers: readonly { readonly name: string; readonly value: string }[];
      readonly body?: Payload;
    }
  | { readonly kind: 'json'; readonly json: unknown }
  | { readonly kind: 'gzip'; readonly of: Payload }
  | {
      readonly kind: 'digest';
      readonly algorithm: 'sha1' | 'sha256';
      readonly of: Payload;
      readonly as: DigestForm;
    }
  | { readonly kind: 'length_prefix'; readonly size: number; readonly endian: Endian; readonly of: Payload }
  | { readonly kind: 'struct'; readonly fields: readonly SentField[]; readonly endian: Endian }
  | { readonly kind: 'join'; readonly parts: readonly Payload[] };

/** How a digest is written. */
export type DigestForm = 'hex' | 'base64' | 'bytes';

/** A field of a struct that is sent, with its bytes to come. */
export type SentField =
  | {
      readonly kind: 'number';
      readonly type: NumberType;
      readonly value: bigint | number;
      readonly endian?: Endian;
    }
  | { readonly kind: 'bits'; readonly groups: readonly Bits[] }
  | { readonly kind: 'text'; readonly text: string; readonly width?: number }
  | { readonly kind: 'payload'; readonly payload: Payload };

/**
 * The bytes that a payload stands for: text is UTF-8, `repeat` is cut at exactly `bytes` bytes, `random` is the
 * same for the same seed and label. Throws a RangeError for what is no hex, no base64 or an empty unit.
 */
export function payloadBytes(payload: Payload, seed: string): Buffer {
  switch (payload.kind) {
    case 'text':
      return textToBytes(payload.text);
    case 'line':
      return textToBytes(payload.text + NEWLINES[payload.newline]);
    case 'hex':
      return fromHex(payload.hex);
    case 'base64':
    case 'file':
      return fromBase64(payload.base64);
    case 'repeat':
      return repeated(payload.unit, payload.bytes);
    case 'random':
      return randomBytes(seed, payload.label, payload.bytes);
    case 'lines':
      return textToBytes(payload.lines.map((line) => line + NEWLINES[payload.newline]).join(''));
    case 'http':
      return httpRequest(payload, seed);
    case 'http_response':
      return httpResponse(payload, seed);
    case 'json':
      return textToBytes(JSON.stringify(payload.json));
    case 'gzip':
      return gzipSync(payloadBytes(payload.of, seed));
    case 'digest': {
      const digest = createHash(payload.algorithm).update(payloadBytes(payload.of, seed)).digest();
      return payload.as === 'bytes' ? digest : textToBytes(digest.toString(payload.as));
    }
    case 'length_prefix':
      return prefixed(payload, seed);
    case 'struct':
      return Buffer.concat(payload.fields.map((field) => fieldBytes(field, payload.endian, seed)));
    case 'join':
      return Buffer.concat(payload.parts.map((part) => payloadBytes(part, seed)));
  }
}

/** How many bytes a payload comes to at most, without making them: a few more than that where only making them tells. */
export function payloadSize(payload: Payload): number {
  switch (payload.kind) {
    case 'text':
    case 'line':
      return Buffer.byteLength(payload.text) + 2;
    case 'lines':
      return payload.lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 2, 0);
    case 'hex':
      return payload.hex.length / 2;
    case 'base64':
    case 'file':
      return Buffer.byteLength(payload.base64, 'base64');
    case 'repeat':
    case 'random':
      return payload.bytes;
    case 'http':
    case 'http_response':
      return payload.body === undefined ? 0 : payloadSize(payload.body);
    case 'json':
      return Buffer.byteLength(JSON.stringify(payload.json));
    case 'gzip':
    case 'length_prefix':
      return payloadSize(payload.of) + 8;
    case 'digest':
      return 64;
    case 'struct':
      return payload.fields.length * 8;
    case 'join':
      return payload.parts.reduce((sum, part) => sum + payloadSize(part), 0);
  }
}

/** A payload in a few words, as in `the line "hello"`, `65536 × x` or `1048576 random bytes`. */
export function describePayload(payload: Payload): string {
  switch (payload.kind) {
    case 'text':
      return quoted(payload.text);
    case 'line':
      return `the line ${quoted(payload.text)}${payload.newline === 'crlf' ? ' (CRLF)' : ''}`;
    case 'hex':
      return `${countBytes(payload.hex.replace(/\s/g, '').length / 2)} (hex)`;
    case 'base64':
      return `${countBytes(Buffer.byteLength(payload.base64, 'base64'))} (base64)`;
    case 'file':
      return `the file ${escapeBytes(Buffer.from(payload.path))} (${countBytes(Buffer.byteLength(payload.base64, 'base64'))})`;
    case 'repeat': {
      const unit = escapeBytes(textToBytes(payload.unit), 20);
      return textToBytes(payload.unit).length === 1
        ? `${payload.bytes} × ${unit}`
        : `${countBytes(payload.bytes)} of "${unit}" repeated`;
    }
    case 'random':
      return `${payload.bytes} random byte${payload.bytes === 1 ? '' : 's'}`;
    case 'lines':
      return `${payload.lines.length} lines${payload.newline === 'crlf' ? ' (CRLF)' : ''}`;
    case 'http':
      return `the request ${quoted(`${payload.method} ${payload.path}`)}`;
    case 'http_response':
      return `the response ${payload.status} ${payload.reason}`.trimEnd();
    case 'json':
      return `the JSON ${quoted(JSON.stringify(payload.json))}`;
    case 'gzip':
      return `${describePayload(payload.of)} (gzip)`;
    case 'digest':
      return `the ${payload.algorithm === 'sha1' ? 'SHA-1' : 'SHA-256'} of ${describePayload(payload.of)} (${payload.as})`;
    case 'length_prefix':
      return `${describePayload(payload.of)} after its length (${payload.size} byte${payload.size === 1 ? '' : 's'}, ${payload.endian}-endian)`;
    case 'struct':
      return `a struct of ${payload.fields.length} field${payload.fields.length === 1 ? '' : 's'}`;
    case 'join':
      return describeParts(payload.parts);
  }
}

/** The bytes of a payload with their number: `6 bytes: hello\n`. */
export function showPayload(payload: Payload, seed: string): string {
  const bytes = payloadBytes(payload, seed);
  const size = countBytes(bytes.length);
  if (payload.kind === 'random')
    return `${bytes.length} random bytes (the same for the label "${payload.label}")`;
  if (payload.kind === 'file') return `the file ${payload.path}, ${size}: ${escapeBytes(bytes, 60)}`;
  return bytes.length === 0 ? 'nothing (0 bytes)' : `${size}: ${escapeBytes(bytes, 200)}`;
}

/** The bytes after their number. */
function prefixed({ size, endian, of }: Extract<Payload, { kind: 'length_prefix' }>, seed: string): Buffer {
  const content = payloadBytes(of, seed);
  const type = ({ 1: 'u8', 2: 'u16', 4: 'u32', 8: 'u64' } as const)[size] ?? 'u32';
  return Buffer.concat([numberBytes(type, content.length, endian), content]);
}

function fieldBytes(field: SentField, endian: Endian, seed: string): Buffer {
  switch (field.kind) {
    case 'number':
      return numberBytes(field.type, field.value, field.endian ?? endian);
    case 'bits':
      return bitsBytes(field.groups);
    case 'text':
      return textField(textToBytes(field.text), field.width);
    case 'payload':
      return payloadBytes(field.payload, seed);
  }
}

/** As RFC 9112 writes it; Content-Length is added where it is needed and was not given. */
function httpResponse(
  { status, reason, version, headers, body }: Extract<Payload, { kind: 'http_response' }>,
  seed: string,
): Buffer {
  const content = body === undefined ? Buffer.alloc(0) : payloadBytes(body, seed);
  const given = new Set(headers.map(({ name }) => name.toLowerCase()));
  const hasNone = status < 200 || status === 204 || status === 304;
  const isGiven = hasNone || given.has('content-length') || given.has('transfer-encoding');
  const fields = [
    ...headers,
    ...(isGiven ? [] : [{ name: 'Content-Length', value: String(content.length) }]),
  ];
  const lines = [
    `HTTP/${version} ${status} ${reason}`,
    ...fields.map(({ name, value }) => `${name}: ${value}`),
  ];
  return Buffer.concat([textToBytes(`${lines.join('\r\n')}\r\n\r\n`), content]);
}

const NEWLINES = { lf: '\n', crlf: '\r\n' } as const;

/** As RFC 9112 writes it; Host and Content-Length are added where they are needed and were not given. */
function httpRequest(
  { method, path, version, headers, body }: Extract<Payload, { kind: 'http' }>,
  seed: string,
): Buffer {
  const content = body === undefined ? Buffer.alloc(0) : payloadBytes(body, seed);
  const given = new Set(headers.map(({ name }) => name.toLowerCase()));
  const fields = [
    ...(version === '1.0' || given.has('host') ? [] : [{ name: 'Host', value: 'localhost' }]),
    ...headers,
    ...(body === undefined || given.has('content-length') || given.has('transfer-encoding')
      ? []
      : [{ name: 'Content-Length', value: String(content.length) }]),
  ];
  const lines = [
    `${method} ${path} HTTP/${version}`,
    ...fields.map(({ name, value }) => `${name}: ${value}`),
  ];
  return Buffer.concat([textToBytes(`${lines.join('\r\n')}\r\n\r\n`), content]);
}

function describeParts(parts: readonly Payload[]): string {
  const shown = parts.slice(0, 3).map(describePayload);
  const more = parts.length - shown.length;
  if (shown.length === 0) return countBytes(0);
  return shown.join(' + ') + (more > 0 ? ` + ${more} more` : '');
}

function quoted(text: string): string {
  return `"${escapeBytes(textToBytes(text), 60)}"`;
}

function fromHex(text: string): Buffer {
  const digits = text.replace(/\s/g, '');
  if (digits.length % 2 !== 0 || /[^0-9a-fA-F]/.test(digits))
    throw new RangeError('not pairs of hexadecimal digits');
  return Buffer.from(digits, 'hex');
}

function fromBase64(text: string): Buffer {
  if (/[^A-Za-z0-9+/=\s]/.test(text)) throw new RangeError('not base64');
  return Buffer.from(text, 'base64');
}

function repeated(unit: string, bytes: number): Buffer {
  if (unit === '' && bytes > 0) throw new RangeError('nothing to repeat');
  return Buffer.alloc(bytes, textToBytes(unit));
}

/** The bytes that were made last, which sending, expecting and judging each ask for. */
const made = new Map<string, Buffer>();
const MOST_MADE = 16 * 1024 * 1024;

/** A cipher in counter mode over zeros is a random stream that starts anew from its key, at memory speed. */
function randomBytes(seed: string, label: string, bytes: number): Buffer {
  const words = JSON.stringify([seed, label]);
  const name = `${bytes} ${words}`;
  const known = made.get(name);
  // Whoever gets bytes may change them.
  if (known !== undefined) return Buffer.from(known);
  const key = createHash('sha256').update(words).digest();
  const fresh = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
  const held = [...made.values()].reduce((sum, { length }) => sum + length, fresh.length);
  if (held > MOST_MADE) made.clear();
  if (fresh.length <= MOST_MADE) made.set(name, fresh);
  return Buffer.from(fresh);
}
