import * as v from 'valibot';
import { type Arrived, type Decision, decide, decider, type Frame, type Matcher } from '../match/matcher.ts';
import { payloadBytes } from '../match/payload.ts';
import type { Leftover } from '../model.ts';
import { fail, inconclusive, type Outcome, type StepDefinition } from './definition.ts';
import { judgeBytes, judgeEnding, judgeSilence } from './expect-words.ts';
import {
  duration,
  frame,
  MATCHER_KINDS,
  type MatcherFields,
  matcherEntries,
  name,
  toMatcher,
} from './fields.ts';
import { useConnection } from './scope.ts';
import type { TraceView } from './view.ts';

const entries = {
  on: v.exactOptional(name, ''),
  ...matcherEntries,
  read: v.exactOptional(frame),
  nothing: v.exactOptional(v.literal(true, 'is true')),
  for: v.exactOptional(duration),
  closed: v.exactOptional(v.union([v.literal(true), v.picklist(['fin', 'reset'])], 'is true, fin or reset')),
  capture: v.exactOptional(name),
  leftover: v.exactOptional(v.picklist(['fail', 'warn', 'ignore'], 'is fail, warn or ignore')),
};
type Fields = v.InferOutput<v.StrictObjectSchema<typeof entries, undefined>>;

/** The three things that can be expected: bytes, silence, or the end of the connection. */
export type Expectation =
  | {
      readonly kind: 'bytes';
      readonly on: string;
      readonly frame: Frame;
      readonly fields: MatcherFields;
      readonly capture?: string;
      readonly leftover?: Leftover;
    }
  | { readonly kind: 'nothing'; readonly on: string; readonly forMs: number }
  | { readonly kind: 'closed'; readonly on: string; readonly how: true | 'fin' | 'reset' };

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
  return undefined;
}

function toExpectation(fields: Fields): Expectation {
  const { on } = fields;
  if (fields.nothing) return { kind: 'nothing', on, forMs: fields.for ?? 0 };
  if (fields.closed !== undefined) return { kind: 'closed', on, how: fields.closed };
  const extras = {
    ...(fields.capture === undefined ? {} : { capture: fields.capture }),
    ...(fields.leftover === undefined ? {} : { leftover: fields.leftover }),
  };
  return { kind: 'bytes', on, frame: fields.read ?? { kind: 'match' }, fields, ...extras };
}

/** The matcher of an expectation of bytes; without one every message will do. */
export function matcherOf(fields: MatcherFields, seed: string): Matcher {
  return toMatcher(fields, (payload) => payloadBytes(payload, seed)) ?? { kind: 'length', min: 0 };
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

  async run(args, context) {
    const { view } = context;
    context.startReading(args.on);
    if (args.kind === 'nothing') {
      await context.elapse(args.forMs, () => view.pending(args.on).length > 0);
    } else if (args.kind === 'closed') {
      await context.until(() => view.ended(args.on));
    } else if (args.frame.kind === 'idle') {
      await quiet(args.on, args.frame.ms, context);
      if (args.capture !== undefined) context.remember(args.capture, view.pending(args.on));
    } else {
      const matcher = matcherOf(args.fields, context.seed);
      const decideOn = decider(args.frame, matcher);
      const look = () => decideOn(arrived(args.on, view));
      await context.until(() => look().state !== 'open');
      const decision = args.capture === undefined ? undefined : look();
      if (args.capture !== undefined && decision?.state === 'match')
        context.remember(args.capture, decision.message);
    }
  },

  judge(args, view, { plan, step, within }): Outcome {
    if (args.kind === 'nothing') return judgeSilence(args, view);
    if (args.kind === 'closed') return judgeEnding(args, view, within);
    const matcher = matcherOf(args.fields, plan.seed);
    if (args.frame.kind === 'idle' && !MATCHER_KINDS.some((kind) => args.fields[kind] !== undefined)) {
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
    const decision = decide(args.frame, matcher, { ...arrived(args.on, view), over, idle: true });
    return conclude(args, matcher, decision, view, { step, within });
  },
};

/** Waits until no byte has come for a while; one that talks without end is cut short after `within`. */
async function quiet(on: string, ms: number, context: Parameters<typeof expect.run>[1]): Promise<void> {
  const { view } = context;
  const until = performance.now() + context.within;
  for (;;) {
    const before = view.connection(on).received.length;
    await context.elapse(ms, () => view.connection(on).received.length > before || view.ended(on));
    if (view.connection(on).received.length === before || performance.now() > until) return;
  }
}

function arrived(on: string, view: TraceView): Arrived {
  return { bytes: view.pending(on), ended: view.ended(on), over: false, idle: false };
}

function conclude(
  args: Extract<Expectation, { kind: 'bytes' }>,
  matcher: Matcher,
  decision: Decision,
  view: TraceView,
  { step, within }: { step: number; within: number },
): Outcome {
  const exact = matcher.kind === 'equals';
  const message = exact ? matcher.bytes : Buffer.alloc(0);
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
    ...(args.leftover === undefined ? {} : { leftover: args.leftover }),
  };
  if (decision.state === 'match') return { status: 'pass', consumed };
  return fail(judgeBytes(args, matcher, decision, view, within), consumed);
}
