import { createHash } from 'node:crypto';
import { defined } from '../../base/defined.ts';
import type { Json, JsonObject } from '../../model/index.ts';
import { literally } from './step-text.ts';

/** More bytes than that are not written out; their number and fingerprint are. */
const LONGEST = 2048;
/** Bytes that an editor shows: text, tabs and line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is they that are looked for
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]/;

/** Bytes as text, where that is what they are. */
export function asText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return UNPRINTABLE.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Bytes as a payload that says the same, in its most readable form. */
export function payloadOf(bytes: Uint8Array): Json {
  const text = asText(bytes);
  if (text === undefined) return { hex: hex(bytes) };
  for (const [newline, end] of [
    ['crlf', '\r\n'],
    ['lf', '\n'],
  ] as const) {
    if (!text.endsWith(end)) continue;
    const lines = text.slice(0, -end.length).split(end);
    if (lines.some((line) => /[\r\n]/.test(line))) continue;
    const [only = '', ...more] = lines.map(literally);
    const ending = newline === 'crlf' ? { newline } : {};
    return more.length === 0 ? { line: only, ...ending } : { lines: [only, ...more], ...ending };
  }
  return literally(text);
}

/** What an `expect` says of a message that came, so that exactly this one passes. */
export function expectationOf(bytes: Buffer): JsonObject {
  const http = httpExpectation(bytes);
  if (http) return http;
  if (bytes.length > LONGEST)
    return { read: { bytes: bytes.length }, sha256: createHash('sha256').update(bytes).digest('hex') };
  const prefix = lengthPrefix(bytes);
  if (prefix !== undefined)
    return { read: { length_prefix: prefix }, equals: payloadOf(bytes.subarray(prefix)) };
  return { equals: payloadOf(bytes) };
}

/** How many bytes at the beginning say how long the rest is, where they do: only of bytes that are no text. */
function lengthPrefix(bytes: Buffer): number | undefined {
  if (asText(bytes) !== undefined) return undefined;
  return [4, 2, 1].find((size) => bytes.length > size && bytes.readUIntBE(0, size) === bytes.length - size);
}

/** A whole HTTP response: its status, the type and the bytes of its body. Other headers are for the author to add. */
function httpExpectation(bytes: Buffer): JsonObject | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  const [line = '', ...headers] = bytes.subarray(0, Math.max(0, end)).toString('latin1').split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1];
  if (status === undefined) return undefined;
  const type = headers.find((header) => /^content-type:/i.test(header))?.replace(/^[^:]*:\s*/, '');
  const chunked = headers.some((header) => /^transfer-encoding:.*chunked/i.test(header));
  const body = bytes.subarray(end + 4);
  const shown: JsonObject =
    chunked || body.length === 0
      ? {}
      : body.length > LONGEST
        ? { body: { length: body.length } }
        : { body: { equals: payloadOf(body) } };
  return {
    http: {
      status: Number(status),
      ...defined({ headers: type === undefined ? undefined : { 'Content-Type': literally(type) } }),
      ...shown,
    },
  };
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** A payload as what stands behind `send`. */
export function asArguments(payload: Json): JsonObject {
  return typeof payload === 'string' ? { text: payload } : (payload as JsonObject);
}
