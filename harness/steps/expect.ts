import * as v from 'valibot';
import { defined } from '../base/defined.ts';
import { duration, name, text } from '../base/fields.ts';
import { decide, decider, type Frame } from '../match/frame.ts';
import { frame, type WrittenFrame } from '../match/frame-fields.ts';
import type { Arrived, Decision, Matcher } from '../match/matcher.ts';
import type { WrittenMatcher } from '../match/matchers/definition.ts';
import {
  MATCHER_KINDS,
  matcherEntries,
  matcherIn,
  matcherMap,
  matcherProblem,
} from '../match/matchers/index.ts';
import { ANY_MESSAGE } from '../match/matchers/length.ts';
import { payloadBytes } from '../match/payload.ts';
import { groupsOf } from '../match/regex.ts';
import type { Leftover } from '../model/index.ts';
import { expectationCovers } from './covers.ts';
import { fail, inconclusive, type Outcome, type StepDefinition } from './definition.ts';
import { aftermath, captured, diagnose } from './expect-after.ts';
import { judgeBytes, judgeEnding, judgeSilence } from './expect-findings.ts';
import { useConnection } from './scope.ts';
import type { TraceView } from './view.ts';

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

const schema: v.GenericSchema<unknown, Expectation> = v.pipe(
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
    frame: fields.read ?? { kind: matcher?.response ? 'http' : 'match' },
    ...defined({ matcher, capture, leftover, diagnose }),
  };
}

function matcherOf({ matcher }: BytesExpected, seed: string): Matcher {
  return matcher ? matcher.build(seed) : ANY_MESSAGE;
}

/** The frame of an expectation, with its bytes. */
function frameOf({ frame: written, matcher }: BytesExpected, seed: string): Frame {
  if (written.kind === 'delimiter') return { kind: 'delimiter', bytes: payloadBytes(written.payload, seed) };
  return written.kind === 'http' ? { kind: 'http', head: matcher?.response?.toHead ?? false } : written;
}

/** Expects bytes in a frame, silence for a while, or the end of the connection. */
export const expect: StepDefinition<Expectation> = {
  verb: 'expect',
  summary:
    'Expect bytes (a matcher within a frame), silence ("nothing" with "for"), or the end of the connection ("closed").',
  shorthand: 'equals',
  schema,
  asserts: true,
  patience: 'default',
  scope: (args, scope) => useConnection(args, scope),
  covers: expectationCovers,
  lasts: (args) => {
    if (args.kind === 'nothing') return args.forMs;
    return args.kind === 'bytes' && args.frame.kind === 'idle' ? args.frame.ms : 0;
  },

  async run(args, context) {
    const { view } = context;
    context.startReading(args.on);
    if (args.kind === 'nothing') {
      await context.elapse(args.forMs, () => view.pending(args.on).length > 0);
    } else if (args.kind === 'closed') {
      await context.until(() => view.ended(args.on));
    } else {
      const matcher = matcherOf(args, context.seed);
      const decideOn = decider(frameOf(args, context.seed), matcher);
      const idle = args.frame.kind === 'idle';
      const look = () => decideOn({ ...arrived(args.on, view), idle });
      if (args.frame.kind === 'idle') await quiet(args.on, args.frame.ms, context);
      else await context.until(() => look().state !== 'open');
      if (args.capture === undefined) return;
      const decision = look();
      if (decision.state === 'match')
        for (const [key, bytes] of captured(args.capture, args, decision.message))
          context.remember(key, bytes);
    }
  },

  judge(args, view, { plan, step, within }): Outcome {
    if (args.kind === 'nothing') return judgeSilence(args, view);
    if (args.kind === 'closed') return judgeEnding(args, view, within);
    const matcher = matcherOf(args, plan.seed);
    if (args.frame.kind === 'idle' && args.matcher === undefined) {
      // Whatever has come is read, be it nothing.
      return {
        status: 'pass',
        consumed: {
          conn: args.on,
          bytes: view.pending(args.on).length,
          exact: false,
          message: Buffer.alloc(0),
        },
      };
    }
    const over = view.inStep('step_end')?.timedOut ?? false;
    const decision = decide(frameOf(args, plan.seed), matcher, {
      ...arrived(args.on, view),
      over,
      idle: true,
    });
    return conclude(args, matcher, decision, view, { step, within, seed: plan.seed });
  },
};

/**
 * Waits until no byte has come for a while, and nobody naps who may then go on to speak; one that talks without end is
 * cut short after `within`.
 */
async function quiet(on: string, ms: number, context: Parameters<typeof expect.run>[1]): Promise<void> {
  const { view } = context;
  const until = performance.now() + context.within;
  for (;;) {
    const before = view.connection(on).received.length;
    const spoke = () => view.connection(on).received.length > before || view.ended(on);
    await context.elapse(ms, spoke);
    await context.outlastNap(on);
    if (view.connection(on).received.length === before || performance.now() > until) return;
  }
}

function arrived(on: string, view: TraceView): Arrived {
  return { bytes: view.pending(on), ended: view.ended(on), over: false, idle: false };
}

function conclude(
  args: BytesExpected,
  matcher: Matcher,
  decision: Decision,
  view: TraceView,
  { step, within, seed }: { step: number; within: number; seed: string },
): Outcome {
  const { exact, message, skip } = aftermath(args, matcher, decision);
  if (decision.state === 'open') {
    return inconclusive('harness', {
      cause: 'unknown',
      summary: `Step ${step + 1} ended before it was decided.`,
    });
  }
  const consumed = {
    conn: args.on,
    bytes: decision.consumed,
    exact,
    message,
    ...(skip.length === 0 ? {} : { skip }),
    ...defined({ leftover: args.leftover }),
  };
  if (decision.state === 'match') return { status: 'pass', consumed };
  const diagnosis = diagnose(args, view.pending(args.on), seed);
  const found = judgeBytes(args, matcher, decision, view, within);
  return fail(diagnosis === undefined ? found : { ...found, diagnosis }, consumed);
}
