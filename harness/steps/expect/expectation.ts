import * as v from 'valibot';
import { defined } from '../../base/defined.ts';
import { duration, name, text } from '../../base/fields.ts';
import type { Frame } from '../../match/frame.ts';
import { frame, type WrittenFrame } from '../../match/frame-fields.ts';
import type { Matcher } from '../../match/matcher.ts';
import type { WrittenMatcher } from '../../match/matchers/definition.ts';
import {
  MATCHER_KINDS,
  matcherEntries,
  matcherIn,
  matcherMap,
  matcherProblem,
} from '../../match/matchers/index.ts';
import { ANY_MESSAGE } from '../../match/matchers/length.ts';
import { payloadBytes } from '../../match/payload.ts';
import { groupsOf } from '../../match/regex.ts';
import type { Leftover } from '../../model/index.ts';

/** A group of the pattern by its number or its name, for each name to keep it under. */
const captureMap = v.record(
  name,
  v.union(
    [v.string(), v.pipe(v.number(), v.integer(), v.minValue(0))],
    'is the number or the name of a group',
  ),
  'is a map such as {token: 1}',
);

const entries = {
  on: v.exactOptional(name, ''),
  ...matcherEntries,
  read: v.exactOptional(frame),
  nothing: v.exactOptional(v.literal(true, 'is true')),
  for: v.exactOptional(duration),
  closed: v.exactOptional(v.union([v.literal(true), v.picklist(['fin', 'reset'])], 'is true, fin or reset')),
  capture: v.exactOptional(v.union([name, captureMap], 'is a name, or a map such as {token: 1}')),
  diagnose: v.exactOptional(
    v.array(v.strictObject({ when: matcherMap, hint: text }), 'is a list of {when: matcher, hint: text}'),
  ),
  leftover: v.exactOptional(v.picklist(['fail', 'warn', 'ignore'], 'is fail, warn or ignore')),
};
type Fields = v.InferOutput<v.StrictObjectSchema<typeof entries, undefined>>;

/** The message under one name, or groups of it, each under its own. */
export type Capture = string | Readonly<Record<string, string | number>>;

/** What to say when the bytes that came look like this. */
export interface Diagnosis {
  readonly when: WrittenMatcher;
  readonly hint: string;
}

/** The three things that can be expected: bytes, silence, or the end of the connection. */
export type Expectation =
  | {
      readonly kind: 'bytes';
      readonly on: string;
      readonly frame: WrittenFrame;
      /** Any message will do without. */
      readonly matcher?: WrittenMatcher;
      readonly capture?: Capture;
      readonly diagnose?: readonly Diagnosis[];
      readonly leftover?: Leftover;
    }
  | { readonly kind: 'nothing'; readonly on: string; readonly forMs: number }
  | { readonly kind: 'closed'; readonly on: string; readonly how: true | 'fin' | 'reset' };

export type BytesExpected = Extract<Expectation, { kind: 'bytes' }>;
export type SilenceExpected = Extract<Expectation, { kind: 'nothing' }>;
export type EndExpected = Extract<Expectation, { kind: 'closed' }>;

export const expectationSchema: v.GenericSchema<unknown, Expectation> = v.pipe(
  v.strictObject(entries),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const problem = problemOf(dataset.value);
    if (problem === undefined) return toExpectation(dataset.value);
    addIssue({ message: problem });
    return NEVER;
  }),
);

function problemOf(fields: Fields): string | undefined {
  const kinds = MATCHER_KINDS.filter((kind) => fields[kind] !== undefined);
  const problem = matcherProblem(fields);
  if (problem !== undefined) return problem;
  const subjects = [...kinds, ...(['nothing', 'closed'] as const).filter((key) => fields[key] !== undefined)];
  if (subjects.length > 1) return `has ${subjects.join(' and ')}\nkeep one of them`;
  if (subjects.length === 0 && fields.read === undefined) {
    return `expects nothing in particular\ngive one of ${[...MATCHER_KINDS, 'nothing', 'closed'].join(', ')}`;
  }
  if (fields.nothing && fields.for === undefined)
    return '"nothing" needs to know for how long\nadd for: 200ms';
  if (fields.for !== undefined && !fields.nothing)
    return '"for" goes with nothing; to wait longer, say within\nwrite within';
  if (fields.read !== undefined && (fields.nothing || fields.closed !== undefined))
    return '"read" goes with bytes only\nremove it';
  if (fields.leftover !== undefined && (fields.nothing || fields.closed !== undefined))
    return '"leftover" goes with bytes only\nremove it';
  const silent = fields.nothing ?? fields.closed;
  if (silent !== undefined && (fields.capture ?? fields.diagnose) !== undefined)
    return '"capture" and "diagnose" go with bytes only\nremove them';
  return groupProblem(fields);
}

/** A group that is captured must be one of the pattern. */
function groupProblem(fields: Fields): string | undefined {
  const { capture } = fields;
  if (capture === undefined || typeof capture === 'string') return undefined;
  const pattern = matcherIn(fields)?.pattern;
  if (pattern === undefined) return 'groups are captured from a regex\nwrite capture: name, or add regex';
  const { count, names } = groupsOf(pattern);
  for (const group of Object.values(capture)) {
    if (typeof group === 'number' ? group > count : !names.includes(group))
      return `the pattern has no group ${group}\nit has ${count} group${count === 1 ? '' : 's'}${names.length > 0 ? `, named ${names.join(', ')}` : ''}`;
  }
  return undefined;
}

function toExpectation(fields: Fields): Expectation {
  const { on } = fields;
  if (fields.nothing) return { kind: 'nothing', on, forMs: fields.for ?? 0 };
  if (fields.closed !== undefined) return { kind: 'closed', on, how: fields.closed };
  const matcher = matcherIn(fields);
  const { capture, leftover, diagnose } = fields;
  return {
    kind: 'bytes',
    on,
    frame: fields.read ?? { kind: matcher?.response ? 'http' : (matcher?.frame ?? 'match') },
    ...defined({ matcher, capture, leftover, diagnose }),
  };
}

/** What the message must be like; without a matcher any will do. */
export function matcherOf({ matcher }: BytesExpected, seed: string): Matcher {
  return matcher ? matcher.build(seed) : ANY_MESSAGE;
}

/** The frame of an expectation, with its bytes. */
export function frameOf({ frame: written, matcher }: BytesExpected, seed: string): Frame {
  if (written.kind === 'delimiter') return { kind: 'delimiter', bytes: payloadBytes(written.payload, seed) };
  return written.kind === 'http' ? { kind: 'http', head: matcher?.response?.toHead ?? false } : written;
}
