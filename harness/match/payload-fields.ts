import * as v from 'valibot';
import { byteCount, TEXT_EXPECTED, text } from '../base/fields.ts';
import type { Payload } from './payload.ts';

/** How payloads are written: text, or a map with one kind of payload. */

const token = v.pipe(
  text,
  v.check((value) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(value), 'is a word without spaces'),
);
const oneLine = v.pipe(text, v.regex(/^[^\r\n]*$/, 'is one line'));

interface HttpFields {
  readonly method: string;
  readonly path: string;
  readonly version: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Payload;
}

const http: v.GenericSchema<unknown, HttpFields> = v.strictObject({
  method: v.exactOptional(token, 'GET'),
  path: v.exactOptional(oneLine, '/'),
  version: v.exactOptional(v.picklist(['1.0', '1.1'], 'is "1.0" or "1.1", in quotes'), '1.1'),
  headers: v.exactOptional(v.record(token, oneLine, 'is a map of names and texts'), {}),
  body: v.exactOptional(v.lazy(() => payload)),
});

/** The keys that a payload may be written with; exactly one kind at a time. */
export const payloadEntries = {
  text: v.exactOptional(text),
  line: v.exactOptional(text),
  lines: v.exactOptional(v.array(text, 'is a list of lines')),
  newline: v.exactOptional(v.picklist(['lf', 'crlf'], 'is lf or crlf')),
  hex: v.exactOptional(
    v.pipe(text, v.regex(/^\s*([0-9a-fA-F]{2}\s*)*$/, 'is pairs of hexadecimal digits, as in "0d 0a"')),
  ),
  base64: v.exactOptional(v.pipe(text, v.base64('is base64'))),
  file: v.exactOptional(
    v.strictObject({ path: v.string(), base64: v.string() }, 'is a file name beside the specification'),
  ),
  repeat: v.exactOptional(v.pipe(text, v.nonEmpty('must not be empty'))),
  random: v.exactOptional(v.string('is a label that tells streams of random bytes apart')),
  bytes: v.exactOptional(byteCount),
  http: v.exactOptional(http),
  join: v.exactOptional(
    v.array(
      v.lazy((): v.GenericSchema<unknown, Payload> => payload),
      'is a list of payloads',
    ),
  ),
};

const PAYLOAD_KINDS = [
  'text',
  'line',
  'lines',
  'hex',
  'base64',
  'file',
  'repeat',
  'random',
  'http',
  'join',
] as const;
/** The kinds of payload that are written as a text. */
export const PAYLOAD_TEXTS = [
  'text',
  'line',
  'repeat',
] as const satisfies readonly (typeof PAYLOAD_KINDS)[number][];

type PayloadFields = v.InferOutput<v.StrictObjectSchema<typeof payloadEntries, undefined>>;

/** Tells what is wrong with the keys of a payload taken together, or nothing. */
export function payloadProblem(fields: PayloadFields): string | undefined {
  const given = PAYLOAD_KINDS.filter((kind) => fields[kind] !== undefined);
  if (given.length === 0) return `says nothing to send\ngive one of ${PAYLOAD_KINDS.join(', ')}`;
  if (given.length > 1) return `has ${given.join(' and ')}\nkeep one of them`;
  const counted = given[0] === 'repeat' || given[0] === 'random';
  if (counted && fields.bytes === undefined) return `"${given[0]}" needs a length\nadd bytes: 512`;
  if (!counted && fields.bytes !== undefined) return `"bytes" goes with repeat or random only\nremove it`;
  if (fields.newline !== undefined && fields.line === undefined && fields.lines === undefined)
    return `"newline" goes with line and lines only\nremove it`;
  return undefined;
}

/** The payload that the keys stand for; they must have passed `payloadProblem`. */
export function toPayload(fields: PayloadFields): Payload {
  const { bytes = 0, newline = 'lf' } = fields;
  if (fields.line !== undefined) return { kind: 'line', text: fields.line, newline };
  if (fields.lines !== undefined) return { kind: 'lines', lines: fields.lines, newline };
  if (fields.hex !== undefined) return { kind: 'hex', hex: fields.hex };
  if (fields.base64 !== undefined) return { kind: 'base64', base64: fields.base64 };
  if (fields.file !== undefined) return { kind: 'file', path: fields.file.path, base64: fields.file.base64 };
  if (fields.repeat !== undefined) return { kind: 'repeat', unit: fields.repeat, bytes };
  if (fields.random !== undefined) return { kind: 'random', label: fields.random, bytes };
  if (fields.join !== undefined) return { kind: 'join', parts: fields.join };
  if (fields.http !== undefined) {
    const headers = Object.entries(fields.http.headers).map(([name, value]) => ({ name, value }));
    return { kind: 'http', ...fields.http, headers };
  }
  return { kind: 'text', text: fields.text ?? '' };
}

/** A payload as the value of a key: text, or a map with one kind of payload. */
export const payload: v.GenericSchema<unknown, Payload> = v.pipe(
  v.union([v.string(), v.record(v.string(), v.unknown())], TEXT_EXPECTED),
  v.transform((value) => (typeof value === 'string' ? { text: value } : value)),
  v.strictObject(payloadEntries),
  v.rawTransform<PayloadFields, Payload>(({ dataset, addIssue, NEVER }) => {
    const problem = payloadProblem(dataset.value);
    if (problem === undefined) return toPayload(dataset.value);
    addIssue({ message: problem });
    return NEVER;
  }),
);

/** What the reference and editors say about the keys of a payload. */
export const PAYLOAD_KEYS: Readonly<Record<string, string>> = {
  text: 'Exactly this text, in UTF-8. A bare text is the same.',
  line: 'This text and a newline.',
  lines: 'These texts, each with a newline.',
  newline:
    'With `line` and `lines`: which newline, `lf` (`\\n`, unless said otherwise) or `crlf` (`\\r\\n`).',
  hex: 'Bytes as pairs of hexadecimal digits, such as `"00 ff 0d 0a"`.',
  base64: 'Bytes in base64.',
  file: 'The bytes of a file; its name is relative to the specification.',
  repeat: 'This text again and again, cut at exactly `bytes` bytes.',
  http: 'An HTTP request: `{method, path, version, headers, body}`, by itself `GET / HTTP/1.1`; Host and Content-Length are added where they are needed.',
  join: 'These payloads, one after another.',
  random: 'Random bytes, `bytes` of them; the same label stands for the same bytes within a scenario.',
  bytes: 'With `repeat` and `random`: how many bytes, such as `512`, `64KiB` or `1MiB`.',
};
