import * as v from 'valibot';
import { type Ignore, lenientMatcher } from '../match/lenient.ts';
import type { Matcher } from '../match/matcher.ts';
import type { Payload } from '../match/payload.ts';
import { regexProblem } from '../match/regex.ts';
import { byteCount, text } from './fields.ts';
import { payload } from './payload-fields.ts';

/** How matchers are written: a map with one kind of matcher, and perhaps `ignore`. */

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

/** What an author may say of an HTTP response. */
interface HttpFields {
  readonly status?: readonly { readonly min: number; readonly max: number }[];
  readonly headers: Readonly<Record<string, MatcherFields>>;
  readonly body?: MatcherFields;
  readonly to?: string;
}

/** The keys of a matcher, checked and not yet turned into bytes. */
export interface MatcherFields {
  readonly equals?: Payload;
  readonly contains?: Payload;
  readonly starts_with?: Payload;
  readonly ends_with?: Payload;
  readonly regex?: string;
  readonly length?: { readonly min?: number; readonly max?: number };
  readonly sha256?: string;
  readonly http?: HttpFields;
  readonly any_of?: readonly MatcherFields[];
  readonly all_of?: readonly MatcherFields[];
  readonly not?: MatcherFields;
  readonly ignore?: readonly Ignore[];
}

const IGNORED = ['trailing_newline', 'cr', 'case', 'spaces'] as const;
const STATUS = 'is a status such as 200, "4xx", or a list of them';

const status = v.union(
  [
    v.pipe(
      v.number(STATUS),
      v.integer(STATUS),
      v.minValue(100, STATUS),
      v.maxValue(599, STATUS),
      v.transform((code) => ({ min: code, max: code })),
    ),
    v.pipe(
      v.string(STATUS),
      v.regex(/^[1-5]xx$/, STATUS),
      v.transform((code) => ({ min: Number(code.charAt(0)) * 100, max: Number(code.charAt(0)) * 100 + 99 })),
    ),
  ],
  STATUS,
);

/** A matcher, or a text that must be the whole. */
const matcherOrText = v.union(
  [
    v.pipe(
      v.string(),
      v.transform((value): MatcherFields => ({ equals: { kind: 'text', text: value } })),
    ),
    v.lazy((): v.GenericSchema<unknown, MatcherFields> => matcherMap),
  ],
  'is text, or a matcher such as {contains: hello}',
);

const http: v.GenericSchema<unknown, HttpFields> = v.strictObject({
  status: v.exactOptional(
    v.union(
      [
        v.pipe(
          status,
          v.transform((one) => [one]),
        ),
        v.pipe(v.array(status), v.nonEmpty(STATUS)),
      ],
      STATUS,
    ),
  ),
  headers: v.exactOptional(v.record(v.string(), matcherOrText, 'is a map of header names'), {}),
  body: v.exactOptional(v.lazy((): v.GenericSchema<unknown, MatcherFields> => matcherMap)),
  to: v.exactOptional(
    v.pipe(
      v.string('is the method of the request'),
      v.regex(/^[A-Z]+$/, 'is the method of the request, such as HEAD'),
    ),
  ),
});

const several = v.pipe(
  v.array(
    v.lazy((): v.GenericSchema<unknown, MatcherFields> => matcherMap),
    'is a list of matchers',
  ),
  v.minLength(2, 'needs at least two matchers'),
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
  sha256: v.exactOptional(
    v.pipe(
      text,
      v.check(
        (value) => /^[0-9a-fA-F]{64}$/.test(value),
        'is a SHA-256 of 64 hexadecimal digits, as sha256sum prints it',
      ),
      v.toLowerCase(),
    ),
  ),
  http: v.exactOptional(http),
  any_of: v.exactOptional(several),
  all_of: v.exactOptional(several),
  not: v.exactOptional(v.lazy((): v.GenericSchema<unknown, MatcherFields> => matcherMap)),
  ignore: v.exactOptional(
    v.pipe(
      v.array(v.picklist(IGNORED, `is one of ${IGNORED.join(', ')}`), `is a list of ${IGNORED.join(', ')}`),
      v.nonEmpty('must not be empty'),
    ),
  ),
};

export const MATCHER_KINDS = [
  'equals',
  'contains',
  'starts_with',
  'ends_with',
  'regex',
  'length',
  'sha256',
  'http',
  'any_of',
  'all_of',
  'not',
] as const;

/** Tells what is wrong with the keys of a matcher taken together, or nothing; there may be none of them. */
export function matcherProblem(fields: MatcherFields): string | undefined {
  const kinds = MATCHER_KINDS.filter((kind) => fields[kind] !== undefined);
  if (kinds.length > 1) return `has ${kinds.join(' and ')}\nkeep one of them`;
  if (fields.ignore === undefined) return undefined;
  if (kinds.length === 0) return '"ignore" goes with a matcher\nremove it';
  if (kinds[0] === 'http') return '"ignore" does not go with http\nput it into body or into a header';
  if (kinds[0] === 'sha256' || kinds[0] === 'length')
    return `"ignore" does not go with ${kinds[0]}\nremove it`;
  return undefined;
}

/** A matcher as the value of a key. */
export const matcherMap: v.GenericSchema<unknown, MatcherFields> = v.pipe(
  v.strictObject(matcherEntries, 'is a matcher, such as {contains: hello}'),
  v.check(
    (fields) => MATCHER_KINDS.some((kind) => fields[kind] !== undefined),
    `needs exactly one of ${MATCHER_KINDS.join(', ')}`,
  ),
  v.rawCheck(({ dataset, addIssue }) => {
    const problem = dataset.typed ? matcherProblem(dataset.value) : undefined;
    if (problem !== undefined) addIssue({ message: problem });
  }),
);

/** The matcher that the keys stand for; payloads become bytes by the given function. */
export function toMatcher(fields: MatcherFields, bytesOf: (payload: Payload) => Buffer): Matcher | undefined {
  const plain = plainMatcher(fields, bytesOf);
  if (!plain || fields.ignore === undefined) return plain;
  return { kind: 'ignoring', what: fields.ignore, matcher: lenientMatcher(plain, fields.ignore) };
}

function plainMatcher(fields: MatcherFields, bytesOf: (payload: Payload) => Buffer): Matcher | undefined {
  const inner = (one: MatcherFields): Matcher => toMatcher(one, bytesOf) ?? { kind: 'length', min: 0 };
  for (const kind of ['equals', 'contains', 'starts_with', 'ends_with'] as const) {
    const wanted = fields[kind];
    if (wanted !== undefined) return { kind, bytes: bytesOf(wanted) };
  }
  for (const kind of ['any_of', 'all_of'] as const) {
    const wanted = fields[kind];
    if (wanted !== undefined) return { kind, of: wanted.map(inner) };
  }
  if (fields.regex !== undefined) return { kind: 'regex', source: fields.regex };
  if (fields.length !== undefined) return { kind: 'length', ...fields.length };
  if (fields.sha256 !== undefined) return { kind: 'sha256', hex: fields.sha256 };
  if (fields.not !== undefined) return { kind: 'not', matcher: inner(fields.not) };
  if (fields.http === undefined) return undefined;
  const { status: wanted, headers, body, to } = fields.http;
  return {
    kind: 'http',
    headers: Object.entries(headers).map(([name, one]) => ({ name, matcher: inner(one) })),
    head: to === 'HEAD',
    ...(wanted === undefined ? {} : { status: wanted }),
    ...(body === undefined ? {} : { body: inner(body) }),
  };
}
