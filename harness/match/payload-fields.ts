import * as v from 'valibot';
import { byteCount, TEXT_EXPECTED, text } from '../base/fields.ts';
import { STATUS_CODES } from './http-status.ts';
import { type Payload, payloadBytes, payloadSize } from './payload.ts';
import { sentFields } from './struct-fields.ts';

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

interface ResponseFields {
  readonly status: number;
  readonly reason?: string;
  readonly version: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Payload;
}

const STATUS = 'is a status from 100 to 599';
const httpResponse: v.GenericSchema<unknown, ResponseFields> = v.strictObject({
  status: v.exactOptional(
    v.pipe(v.number(STATUS), v.integer(STATUS), v.minValue(100, STATUS), v.maxValue(599, STATUS)),
    200,
  ),
  reason: v.exactOptional(oneLine),
  version: v.exactOptional(v.picklist(['1.0', '1.1'], 'is "1.0" or "1.1", in quotes'), '1.1'),
  headers: v.exactOptional(v.record(token, oneLine, 'is a map of names and texts'), {}),
  body: v.exactOptional(v.lazy(() => payload)),
});

const endian = v.picklist(['big', 'little'], 'is big or little');
const size = v.picklist([1, 2, 4, 8], 'is 1, 2, 4 or 8 bytes');
const inner: v.GenericSchema<unknown, Payload> = v.lazy(() => payload);

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
  random: v.exactOptional(v.string('is a label that distinguishes streams of random bytes')),
  bytes: v.exactOptional(byteCount),
  http: v.exactOptional(http),
  http_response: v.exactOptional(httpResponse),
  json: v.exactOptional(v.unknown()),
  gzip: v.exactOptional(inner),
  sha1: v.exactOptional(inner),
  sha256: v.exactOptional(inner),
  as: v.exactOptional(v.picklist(['hex', 'base64', 'bytes'], 'is hex, base64 or bytes')),
  length_prefix: v.exactOptional(
    v.union(
      [size, v.strictObject({ bytes: size, endian: v.exactOptional(endian, 'big') })],
      'is 1, 2, 4 or 8 bytes, or {bytes: 4, endian: little}',
    ),
  ),
  of: v.exactOptional(inner),
  struct: v.exactOptional(sentFields(inner)),
  endian: v.exactOptional(endian),
  join: v.exactOptional(
    v.array(
      v.lazy((): v.GenericSchema<unknown, Payload> => payload),
      'is a list of payloads',
    ),
  ),
};

/** Most bytes that a payload may be put together from. */
const MOST_JOINED = 64 * 1024 * 1024;

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
  'http_response',
  'json',
  'gzip',
  'sha1',
  'sha256',
  'length_prefix',
  'struct',
  'join',
] as const;
/** The kinds of payload that are written as a text. */
export const PAYLOAD_TEXTS = [
  'text',
  'line',
  'repeat',
] as const satisfies readonly (typeof PAYLOAD_KINDS)[number][];

type PayloadKind = (typeof PAYLOAD_KINDS)[number];

type PayloadFields = v.InferOutput<v.StrictObjectSchema<typeof payloadEntries, undefined>>;

/** What is wrong with the keys of a payload taken together, or nothing. */
export function payloadProblem(fields: PayloadFields): string | undefined {
  const given = PAYLOAD_KINDS.filter((kind) => fields[kind] !== undefined);
  const [kind] = given;
  if (kind === undefined) return `says nothing to send\ngive one of ${PAYLOAD_KINDS.join(', ')}`;
  if (given.length > 1) return `has ${given.join(' and ')}\nkeep one of them`;
  return companionProblem(kind, fields) ?? sizeProblem(fields);
}

/** What is wrong with the keys beside the kind of a payload. */
function companionProblem(kind: PayloadKind, fields: PayloadFields): string | undefined {
  const counted = kind === 'repeat' || kind === 'random';
  if (counted && fields.bytes === undefined) return `"${kind}" needs a length\nadd bytes: 512`;
  if (kind === 'length_prefix' && fields.of === undefined)
    return '"length_prefix" needs what it counts\nadd of: { text: hello }';
  for (const { key, kinds, only } of COMPANIONS)
    if (fields[key] !== undefined && !kinds.includes(kind)) return `"${key}" goes with ${only}\nremove it`;
  return undefined;
}

/** Keys that go with some kinds only. */
const COMPANIONS: readonly {
  readonly key: keyof PayloadFields;
  readonly kinds: readonly PayloadKind[];
  readonly only: string;
}[] = [
  { key: 'bytes', kinds: ['repeat', 'random'], only: 'repeat or random only' },
  { key: 'as', kinds: ['sha1', 'sha256'], only: 'sha1 and sha256 only' },
  { key: 'of', kinds: ['length_prefix'], only: 'length_prefix only' },
  {
    key: 'endian',
    kinds: ['struct'],
    only: 'struct; of a length write length_prefix: {bytes: 4, endian: little}',
  },
  { key: 'newline', kinds: ['line', 'lines'], only: 'line and lines only' },
];

function sizeProblem({ length_prefix: prefix, of, join = [] }: PayloadFields): string | undefined {
  if (prefix !== undefined && of !== undefined) {
    const size = typeof prefix === 'number' ? prefix : prefix.bytes;
    const length = payloadBytes(of, '').length;
    if (length >= 256 ** size)
      return `"of" has ${length} bytes, more than ${size} byte${size === 1 ? '' : 's'} can tell\nwrite length_prefix: 4`;
  }
  if (join.reduce((sum, part) => sum + payloadSize(part), 0) > MOST_JOINED)
    return '"join" makes more than 64MiB\nsend it in several steps';
  return undefined;
}

/** How each kind of payload is made of its key and of those beside it. */
const MAKERS: {
  readonly [Kind in PayloadKind]: (
    value: Exclude<PayloadFields[Kind], undefined>,
    fields: PayloadFields,
  ) => Payload;
} = {
  text: (text) => ({ kind: 'text', text }),
  line: (text, { newline = 'lf' }) => ({ kind: 'line', text, newline }),
  lines: (lines, { newline = 'lf' }) => ({ kind: 'lines', lines, newline }),
  hex: (hex) => ({ kind: 'hex', hex }),
  base64: (base64) => ({ kind: 'base64', base64 }),
  file: ({ path, base64 }) => ({ kind: 'file', path, base64 }),
  repeat: (unit, { bytes = 0 }) => ({ kind: 'repeat', unit, bytes }),
  random: (label, { bytes = 0 }) => ({ kind: 'random', label, bytes }),
  json: (json) => ({ kind: 'json', json }),
  gzip: (of) => ({ kind: 'gzip', of }),
  sha1: (of, { as = 'hex' }) => ({ kind: 'digest', algorithm: 'sha1', of, as }),
  sha256: (of, { as = 'hex' }) => ({ kind: 'digest', algorithm: 'sha256', of, as }),
  length_prefix: (prefix, { of = { kind: 'text', text: '' } }) =>
    typeof prefix === 'number'
      ? { kind: 'length_prefix', size: prefix, endian: 'big', of }
      : { kind: 'length_prefix', size: prefix.bytes, endian: prefix.endian, of },
  struct: (struct, { endian = 'big' }) => ({ kind: 'struct', fields: struct, endian }),
  join: (parts) => ({ kind: 'join', parts }),
  http: ({ headers, ...rest }) => ({ kind: 'http', ...rest, headers: headerList(headers) }),
  http_response: ({ headers, reason, ...rest }) => ({
    kind: 'http_response',
    ...rest,
    reason: reason ?? STATUS_CODES[rest.status] ?? '',
    headers: headerList(headers),
  }),
};

/** The payload that the keys stand for; they must have passed `payloadProblem`. */
export function toPayload(fields: PayloadFields): Payload {
  return madeOf(PAYLOAD_KINDS.find((kind) => fields[kind] !== undefined) ?? 'text', fields);
}

function madeOf<Kind extends PayloadKind>(kind: Kind, fields: PayloadFields): Payload {
  const value = fields[kind];
  return isGiven(value) ? MAKERS[kind](value, fields) : { kind: 'text', text: '' };
}

function isGiven<Value>(value: Value): value is Exclude<Value, undefined> {
  return value !== undefined;
}

function headerList(headers: Readonly<Record<string, string>>): { name: string; value: string }[] {
  return Object.entries(headers).map(([name, value]) => ({ name, value }));
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
  http_response:
    'An HTTP response: `{status, reason, version, headers, body}`, by itself `HTTP/1.1 200 OK`; Content-Length is added where it is needed.',
  json: 'A value as JSON, without spaces and without a newline.',
  gzip: 'This payload, compressed.',
  sha1: 'The SHA-1 of this payload, in hexadecimal digits unless `as` says otherwise.',
  sha256: 'The SHA-256 of this payload, in hexadecimal digits unless `as` says otherwise.',
  as: 'With `sha1` and `sha256`: `hex`, `base64` or `bytes`.',
  length_prefix:
    'The number of bytes of `of`, in 1, 2, 4 or 8 bytes, and then these; `{bytes: 4, endian: little}` for another byte order.',
  of: 'With `length_prefix`: the payload that is counted.',
  struct:
    'Fields one after another, each a map: a number (`u8` to `u64`, `i8` to `i64`, `f32`, `f64`), `bits: [{width: 1, value: 1}, …]`, `{text: ada, width: 16}` (filled up with NUL), or any payload. Big-endian unless `endian` says otherwise.',
  endian: 'With `struct`, or in one of its numbers: `big` (network byte order) or `little`.',
  join: 'These payloads, one after another.',
  random: 'Random bytes, `bytes` of them; the same label stands for the same bytes within a scenario.',
  bytes: 'With `repeat` and `random`: how many bytes, such as `512`, `64KiB` or `1MiB`.',
};

/** What only a file of a program can be: a certificate that is made for the run, or its key, in PEM. */
export const certificateFile = v.union(
  [
    v.strictObject({ certificate: v.picklist(['server', 'ca'], 'is server or ca') }),
    v.strictObject({ key: v.literal('server', 'is server') }),
  ],
  'is { certificate: server }, { certificate: ca } or { key: server }',
);
