import * as v from 'valibot';
import type { Ignore } from '../lenient.ts';
import { allOf } from './all-of.ts';
import { anyOf } from './any-of.ts';
import { contains } from './contains.ts';
import type { MatcherKind, MatcherSchema, WrittenMatcher } from './definition.ts';
import { endsWith } from './ends-with.ts';
import { equals } from './equals.ts';
import { gzip } from './gzip.ts';
import { http } from './http.ts';
import { httpRequest } from './http-request.ts';
import { writtenIgnoring } from './ignoring.ts';
import { json } from './json.ts';
import { length } from './length.ts';
import { not } from './not.ts';
import { regex } from './regex.ts';
import { sha1 } from './sha1.ts';
import { sha256 } from './sha256.ts';
import { startsWith } from './starts-with.ts';
import { struct } from './struct.ts';

/** Every kind of matcher, in the order of the reference. */
export const MATCHERS = [
  equals,
  contains,
  startsWith,
  endsWith,
  regex,
  length,
  sha256,
  sha1,
  http,
  httpRequest,
  struct,
  json,
  gzip,
  anyOf,
  allOf,
  not,
] as const satisfies readonly MatcherKind[];

type Kind = (typeof MATCHERS)[number]['kind'];

/** The keys that a matcher is written with. */
export const MATCHER_KINDS: readonly Kind[] = MATCHERS.map(({ kind }) => kind);

const IGNORED = ['trailing_newline', 'cr', 'case', 'spaces'] as const satisfies readonly Ignore[];

const ignore = v.pipe(
  v.array(v.picklist(IGNORED, `is one of ${IGNORED.join(', ')}`), `is a list of ${IGNORED.join(', ')}`),
  v.nonEmpty('must not be empty'),
);

/** A matcher within another one, or as the value of a key. */
const inner: MatcherSchema = v.lazy(() => matcherMap);

/** The keys that a matcher may be written with: one kind, and perhaps `ignore`. */
export const matcherEntries = {
  ...(Object.fromEntries(MATCHERS.map(({ kind, entry }) => [kind, v.exactOptional(entry(inner))])) as {
    readonly [Each in Kind]: v.ExactOptionalSchema<MatcherSchema, undefined>;
  }),
  ignore: v.exactOptional(ignore),
};

/** What a map holds of a matcher. */
export type MatcherFields = v.InferOutput<v.StrictObjectSchema<typeof matcherEntries, undefined>>;

/** What the reference and editors say about the keys of a matcher. */
export const MATCHER_KEYS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(MATCHERS.map(({ kind, about }) => [kind, about])),
  ignore: 'What does not count: a list of `trailing_newline`, `cr`, `case` (ASCII) and `spaces` (tabs, too).',
};

/** Describes what is wrong with the keys of a matcher taken together; there may be none of them. */
export function matcherProblem(fields: MatcherFields): string | undefined {
  const [kind, ...others] = MATCHERS.filter((each) => fields[each.kind] !== undefined);
  if (kind && others.length > 0)
    return `has ${[kind, ...others].map((each) => each.kind).join(' and ')}\nwrite all_of: [${[kind, ...others].map((each) => `{ ${each.kind}: … }`).join(', ')}], or keep one of them`;
  if (fields.ignore === undefined) return undefined;
  if (!kind) return '"ignore" goes with a matcher\nremove it';
  if (kind.withoutIgnore === undefined) return undefined;
  return `"ignore" does not go with ${kind.kind}\n${kind.withoutIgnore}`;
}

/** The matcher that the keys stand for, which must have passed `matcherProblem`; nothing where there is none. */
export function matcherIn(fields: MatcherFields): WrittenMatcher | undefined {
  const kind = MATCHER_KINDS.find((each) => fields[each] !== undefined);
  const written = kind && fields[kind];
  return written && fields.ignore ? writtenIgnoring(written, fields.ignore) : written;
}

/** A matcher as the value of a key. */
export const matcherMap: MatcherSchema = v.pipe(
  v.strictObject(matcherEntries, 'is a matcher, such as {contains: hello}'),
  v.rawTransform<MatcherFields, WrittenMatcher>(({ dataset, addIssue, NEVER }) => {
    const matcher = matcherIn(dataset.value);
    const problem = matcher
      ? matcherProblem(dataset.value)
      : `needs exactly one of ${MATCHER_KINDS.join(', ')}`;
    if (matcher && problem === undefined) return matcher;
    addIssue({ message: problem ?? '' });
    return NEVER;
  }),
);
