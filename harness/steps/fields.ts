import * as v from 'valibot';
import type { Frame, Matcher } from '../match/matcher.ts';
import type { Payload } from '../match/payload.ts';
import { regexProblem } from '../match/regex.ts';

/**
 * The kinds of values that steps are written with. A message may carry its mend after a line break:
 * the reader shows it under the caret.
 */

/** The message that makes the reader show the quoted form of what was written. */
export const TEXT_EXPECTED = 'must be text, so quote it';

export const text = v.string(TEXT_EXPECTED);

/** A name of a connection or a program. */
export const name = v.pipe(
  v.string('is a name'),
  v.regex(/^[A-Za-z_][\w-]*$/, 'is a name: letters, digits, _ and -, beginning with a letter'),
);

const UNITS = { us: 0.001, ms: 1, s: 1000, m: 60_000 } as const;

/** A time with its unit, in milliseconds: `200ms`, `2s`, `1.5s`, `1m`. */
export const duration = v.pipe(
  v.union([v.string(), v.number()], 'is a duration such as 200ms or 2s'),
  v.rawTransform<string | number, number>(({ dataset, addIssue, NEVER }) => {
    const value = dataset.value;
    const match = /^(\d+(?:\.\d+)?)\s*(us|ms|s|m)$/.exec(String(value));
    if (match) return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
    const bare = /^\d+(\.\d+)?$/.test(String(value));
    addIssue({
      message: bare
        ? `is a duration and needs a unit\nwrite ${value}ms or ${value}s`
        : 'is a duration such as 200ms or 2s',
    });
    return NEVER;
  }),
);

/** A whole number of bytes; `64KiB` and `1MiB` are understood. */
export const byteCount = v.pipe(
  v.union([v.string(), v.number()], 'is a number of bytes such as 512, 64KiB or 1MiB'),
  v.rawTransform<string | number, number>(({ dataset, addIssue, NEVER }) => {
    const match = /^(\d+)\s*(B|KiB|MiB)?$/.exec(String(dataset.value));
    const factor = { B: 1, KiB: 1024, MiB: 1024 * 1024 }[match?.[2] ?? 'B'] ?? 1;
    const bytes = match ? Number(match[1]) * factor : Number.NaN;
    if (bytes <= 64 * 1024 * 1024) return bytes;
    addIssue({ message: 'is a number of bytes up to 64MiB, such as 512, 64KiB or 1MiB' });
    return NEVER;
  }),
);

/** An upper bound for the share of one processor, `<5%`, as a number from 0 to 1. */
export const cpuBound = v.pipe(
  v.string('is a bound such as "<5%"'),
  v.regex(/^<\s*\d+(\.\d+)?%$/, 'is a bound such as "<5%"'),
  v.transform((value) => Number.parseFloat(value.replace('<', '')) / 100),
);

export const SIGNALS = ['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
export const signal = v.picklist(SIGNALS, `is one of ${SIGNALS.join(', ')}`);

// ---------------------------------------------------------------- payloads

/** The keys that a payload may be written with; exactly one kind at a time. */
export const payloadEntries = {
  text: v.exactOptional(text),
  line: v.exactOptional(text),
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
};

const PAYLOAD_KINDS = ['text', 'line', 'hex', 'base64', 'file', 'repeat', 'random'] as const;
type PayloadFields = v.InferOutput<v.StrictObjectSchema<typeof payloadEntries, undefined>>;

/** Tells what is wrong with the keys of a payload taken together, or nothing. */
export function payloadProblem(fields: PayloadFields): string | undefined {
  const given = PAYLOAD_KINDS.filter((kind) => fields[kind] !== undefined);
  if (given.length === 0) return `says nothing to send\ngive one of ${PAYLOAD_KINDS.join(', ')}`;
  if (given.length > 1) return `has ${given.join(' and ')}\nkeep one of them`;
  const counted = given[0] === 'repeat' || given[0] === 'random';
  if (counted && fields.bytes === undefined) return `"${given[0]}" needs a length\nadd bytes: 512`;
  if (!counted && fields.bytes !== undefined) return `"bytes" goes with repeat or random only\nremove it`;
  if (fields.newline !== undefined && fields.line === undefined)
    return `"newline" goes with line only\nremove it`;
  return undefined;
}

/** The payload that the keys stand for; they must have passed `payloadProblem`. */
export function toPayload(fields: PayloadFields): Payload {
  const bytes = fields.bytes ?? 0;
  if (fields.line !== undefined) return { kind: 'line', text: fields.line, newline: fields.newline ?? 'lf' };
  if (fields.hex !== undefined) return { kind: 'hex', hex: fields.hex };
  if (fields.base64 !== undefined) return { kind: 'base64', base64: fields.base64 };
  if (fields.file !== undefined) return { kind: 'file', path: fields.file.path, base64: fields.file.base64 };
  if (fields.repeat !== undefined) return { kind: 'repeat', unit: fields.repeat, bytes };
  if (fields.random !== undefined) return { kind: 'random', label: fields.random, bytes };
  return { kind: 'text', text: fields.text ?? '' };
}

/** A payload as the value of a key: text, or a map with one kind of payload. */
export const payload = v.pipe(
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

// ---------------------------------------------------------------- matchers and frames

const lengthBound = v.union(
  [
    v.pipe(
      byteCount,
      v.transform((exactly) => ({ min: exactly, max: exactly })),
    ),
    v.pipe(
      v.strictObject({ min: v.exactOptional(byteCount), max: v.exactOptional(byteCount) }),
      v.check((bound) => bound.min !== undefined || bound.max !== undefined, 'needs min or max'),
    ),
  ],
  'is a number of bytes, or {min, max}',
);

export const matcherEntries = {
  equals: v.exactOptional(payload),
  contains: v.exactOptional(payload),
  starts_with: v.exactOptional(payload),
  ends_with: v.exactOptional(payload),
  regex: v.exactOptional(
    v.pipe(
      text,
      v.rawTransform<string, string>(({ dataset, addIssue, NEVER }) => {
        const problem = regexProblem(dataset.value);
        if (problem === undefined) return dataset.value;
        addIssue({ message: `is not a regular expression (RE2): ${problem}` });
        return NEVER;
      }),
    ),
  ),
  length: v.exactOptional(lengthBound),
};

export const MATCHER_KINDS = ['equals', 'contains', 'starts_with', 'ends_with', 'regex', 'length'] as const;
export type MatcherFields = v.InferOutput<v.StrictObjectSchema<typeof matcherEntries, undefined>>;

/** The matcher that the keys stand for; payloads become bytes by the given function. */
export function toMatcher(fields: MatcherFields, bytesOf: (payload: Payload) => Buffer): Matcher | undefined {
  for (const kind of ['equals', 'contains', 'starts_with', 'ends_with'] as const) {
    const wanted = fields[kind];
    if (wanted !== undefined) return { kind, bytes: bytesOf(wanted) };
  }
  if (fields.regex !== undefined) return { kind: 'regex', source: fields.regex };
  if (fields.length !== undefined) return { kind: 'length', ...fields.length };
  return undefined;
}

/** Where a message ends: `match`, `line`, `close`, `{bytes: N}` or `{idle: 200ms}`. */
export const frame = v.union(
  [
    v.pipe(
      v.picklist(['match', 'line', 'close']),
      v.transform((kind): Frame => ({ kind })),
    ),
    v.pipe(
      v.strictObject({ bytes: byteCount }),
      v.transform(({ bytes }): Frame => ({ kind: 'bytes', bytes })),
    ),
    v.pipe(
      v.strictObject({ idle: duration }),
      v.transform(({ idle }): Frame => ({ kind: 'idle', ms: idle })),
    ),
  ],
  'is match, line, close, {bytes: N} or {idle: 200ms}',
);
