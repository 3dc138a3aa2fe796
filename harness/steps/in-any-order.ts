import * as v from 'valibot';
import { defined } from '../base/defined.ts';
import { milliseconds } from '../base/units.ts';
import { decide } from '../match/frame.ts';
import { countBytes, escapeBytes } from '../match/view.ts';
import type { Json, JsonObject } from '../model/index.ts';
import type { StepContext } from './context.ts';
import { defineStep, type JudgeContext } from './definition.ts';
import { programOutput } from './describe.ts';
import { captured } from './expect/after.ts';
import { assign } from './expect/assign.ts';
import { whyNoDatagram } from './expect/datagram-findings.ts';
import { type BytesExpected, expectationSchema, frameOf, matcherOf } from './expect/expectation.ts';
import { scopeOfExpect } from './expect/scope.ts';
import { type Consumed, fail, type Outcome } from './outcome.ts';
import type { Scope, Scoped, ScopeProblem } from './scope.ts';
import type { TraceView } from './view.ts';

interface Args {
  readonly of: readonly BytesExpected[];
}

const item = v.pipe(
  v.strictObject({ expect: v.unknown() }, 'is a step such as { expect: { read: line, contains: hi } }'),
  v.transform(({ expect }) => expect),
  expectationSchema,
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    if (dataset.value.kind === 'bytes') return dataset.value;
    addIssue({ message: 'expects no bytes\nwrite it as a step of its own' });
    return NEVER;
  }),
);

const schema: v.GenericSchema<unknown, Args> = v.pipe(
  v.strictObject({
    of: v.pipe(v.array(item, 'is a list of expects'), v.minLength(2, 'needs at least two expects')),
  }),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const problem = problemOf(dataset.value.of);
    if (problem === undefined) return dataset.value;
    addIssue({ message: problem });
    return NEVER;
  }),
);

/** Several messages on one connection can be told apart only when they all end in the same way. */
function problemOf(expected: readonly BytesExpected[]): string | undefined {
  for (const [on, list] of byConnection(expected)) {
    if (list.length < 2) continue;
    const frames = new Set(list.map(({ frame }) => JSON.stringify(frame)));
    if (list.some(({ frame }) => frame.kind === 'match'))
      return `must know where each message on "${on}" ends\nadd the same read to each, such as read: line`;
    if (frames.size > 1) return `reads messages on "${on}" in different ways\ngive each the same read`;
    if (list.some(({ frame }) => frame.kind === 'idle' || frame.kind === 'close'))
      return `reads all that comes on "${on}" as one message\nread by line, bytes, length_prefix, delimiter or datagrams`;
  }
  return undefined;
}

function byConnection(expected: readonly BytesExpected[]): ReadonlyMap<string, readonly BytesExpected[]> {
  const groups = new Map<string, BytesExpected[]>();
  for (const one of expected) groups.set(one.on, [...(groups.get(one.on) ?? []), one]);
  return groups;
}

/** Expects several messages, in whichever order they come. */
export const inAnyOrder = defineStep<Args>({
  verb: 'in_any_order',
  usesNewline: true,
  summary:
    'Expect several messages, in whichever order they come. Those on one connection have the same "read"; each message goes to one expect, so that as many as possible are fulfilled.',
  about: {
    group: 'bytes',
    keys: { of: 'The expects; a bare list is the same.' },
    examples: [
      'in_any_order: [{ expect: { read: line, equals: one } }, { expect: { read: line, equals: two } }]',
    ],
  },
  shorthand: 'of',
  schema,
  asserts: true,
  patience: 'default',
  scope,
  effects: () => [{ kind: 'observes' }],
  captures: ({ of }) => capturedIn(of),
  sentence: ({ of }) => `Expect ${of.length} messages in any order.`,
  async run({ of }, context) {
    for (const { on } of of) context.startReading(on);
    await context.until(() => look(of, context.view, context.seed, false).every(({ open }) => !open));
    keep(of, context);
  },
  judge: judgeAll,
});

function scope(args: JsonObject, known: Scope): Scoped {
  const problems: ScopeProblem[] = [];
  const list = Array.isArray(args.of) ? args.of : [];
  const filled = list.map((one: Json): Json => {
    if (one === null || typeof one !== 'object' || !('expect' in one)) return one;
    const { expect } = one as JsonObject;
    const written = typeof expect === 'string' ? { equals: expect } : expect;
    if (written === null || typeof written !== 'object' || Array.isArray(written)) return one;
    if ('within' in written)
      problems.push({
        key: 'of',
        message: 'an expect of in_any_order has no "within" of its own',
        fix: 'write in_any_order: { within: 5s, of: […] }',
      });
    const scoped = scopeOfExpect(written as JsonObject, known);
    problems.push(...scoped.problems.map(({ key: _, ...rest }) => ({ ...rest, key: 'of' })));
    return { ...one, expect: scoped.args };
  });
  return { args: Array.isArray(args.of) ? { ...args, of: filled } : args, problems };
}

function capturedIn(value: Json | undefined): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(capturedIn);
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key !== 'capture') return capturedIn(inner);
    const names = typeof inner === 'string' ? [inner] : Object.keys((inner ?? {}) as JsonObject);
    return names.flatMap((name) => [name, `${name}.length`]);
  });
}

/** One message that came: its bytes as they are to be compared, and all that it takes up. */
interface Message {
  readonly bytes: Buffer;
  readonly consumed: number;
  readonly messages: number;
}

/** What came on one connection, and which expect each message fulfils. */
interface Group {
  readonly on: string;
  readonly expected: readonly BytesExpected[];
  readonly messages: readonly Message[];
  /** By expect the message that fulfils it, if any does. */
  readonly assigned: readonly (number | undefined)[];
  /** More may come. */
  readonly open: boolean;
}

function look(of: readonly BytesExpected[], view: TraceView, seed: string, over: boolean): readonly Group[] {
  return [...byConnection(of)].map(([on, expected]) => {
    const ended = view.ended(on);
    const messages = messagesOn(on, expected, view, seed, over || ended);
    const fits = expected.map((one) => messages.map((message) => isFulfilled(one, message, seed)));
    const assigned = assign(fits, messages.length);
    const isStray = messages.some((_, at) => fits.every((row) => !row[at]));
    const open = messages.length < expected.length && !isStray && !ended && !over;
    return { on, expected, messages, assigned, open };
  });
}

/** The next messages, as many as are expected; a lone one ends where its own matcher says. */
function messagesOn(
  on: string,
  expected: readonly BytesExpected[],
  view: TraceView,
  seed: string,
  final: boolean,
): readonly Message[] {
  const [first] = expected;
  if (!first) return [];
  const found: Message[] = [];
  let bytes = view.pending(on);
  let lengths = view.pendingMessages(on);
  while (found.length < expected.length) {
    const matcher = expected.length === 1 ? matcherOf(first, seed) : ANYTHING;
    const decision = decide(frameOf(first, seed), matcher, {
      bytes,
      ...defined({ messages: lengths }),
      ended: final,
      over: final,
      idle: final,
    });
    const nothing = decision.state !== 'open' && decision.consumed === 0 && (decision.messages ?? 0) === 0;
    if (decision.state === 'open' || (nothing && bytes.length === 0)) break;
    found.push({ bytes: decision.message, consumed: decision.consumed, messages: decision.messages ?? 0 });
    bytes = bytes.subarray(decision.consumed);
    lengths = lengths?.slice(decision.messages ?? 0);
    if (nothing || decision.state === 'mismatch') break;
  }
  return found;
}

/** A message is cut off before it is compared, so here everything fits. */
const ANYTHING = {
  ...matcherOf({ kind: 'bytes', on: '', frame: { kind: 'match' } }, ''),
  mismatch: () => undefined,
};

function isFulfilled(expected: BytesExpected, { bytes, messages }: Message, seed: string): boolean {
  const frame = frameOf(expected, seed);
  const whole =
    frame.kind === 'length_prefix' || frame.kind === 'delimiter' ? ({ kind: 'close' } as const) : frame;
  const state = decide(whole, matcherOf(expected, seed), {
    bytes,
    ...(messages > 0 ? { messages: [bytes.length] } : {}),
    ended: true,
    over: true,
    idle: true,
  }).state;
  return state === 'match';
}

function keep(of: readonly BytesExpected[], context: StepContext): void {
  for (const { expected, messages, assigned } of look(of, context.view, context.seed, true))
    for (const [index, one] of expected.entries()) {
      const message = messages[assigned[index] ?? -1];
      if (!message) continue;
      if (one.capture !== undefined)
        for (const [name, bytes] of captured(one.capture, one, message.bytes)) context.remember(name, bytes);
      for (const [name, text] of matcherOf(one, context.seed).captured?.(message.bytes) ?? [])
        context.remember(name, Buffer.from(text));
    }
}

function judgeAll({ of }: Args, view: TraceView, { plan, within }: JudgeContext): Outcome {
  const groups = look(of, view, plan.seed, true);
  const consumed = groups.map(
    ({ on, messages }): Consumed => ({
      conn: on,
      bytes: messages.reduce((sum, one) => sum + one.consumed, 0),
      messages: messages.reduce((sum, one) => sum + one.messages, 0),
      exact: false,
      message: Buffer.alloc(0),
    }),
  );
  const missing = groups.flatMap(({ expected, assigned }) =>
    expected.filter((_, index) => assigned[index] === undefined),
  );
  const [first] = missing;
  if (!first) return { status: 'pass', consumed };
  const strays = groups.flatMap(({ messages, assigned }) =>
    messages.filter((_, at) => !assigned.includes(at)),
  );
  const wanted = missing.map(
    (one) =>
      `${of.some(({ on }) => on !== one.on) ? `on ${one.on} ` : ''}${matcherOf(one, plan.seed).describe()}`,
  );
  const came = strays.map(({ bytes }) => escapeBytes(bytes, 60) || 'an empty message');
  const rested = view.inStep('step_end')?.rested ? '' : ` within ${milliseconds(within)}`;
  const what = `${missing.length} of ${of.length} messages`;
  const nothing = groups.filter(({ messages }) => messages.length === 0);
  // Where a whole connection got nothing, the kernel may tell why.
  const why = nothing.map(({ on }) => whyNoDatagram(on, view)).find((found) => found !== undefined);
  return fail(
    {
      cause: strays.length === 0 ? (view.ended(first.on) ? 'early_close' : 'nothing_received') : 'no_match',
      summary:
        strays.length === 0
          ? `${what} did not come${view.ended(first.on) ? ' before the connection ended' : rested}.`
          : `${what} did not arrive; what arrived instead is none of those expected.`,
      expected: wanted.join(', and '),
      actual: came.length === 0 ? 'nothing else came' : came.join(', and '),
      evidence: [
        ...groups.map(
          ({ on, messages }) =>
            `on ${on} came ${messages.length} message${messages.length === 1 ? '' : 's'} (${countBytes(messages.reduce((sum, one) => sum + one.consumed, 0))})`,
        ),
        ...programOutput(view),
      ],
      ...(strays.length === 0 ? why : {}),
    },
    consumed,
  );
}
