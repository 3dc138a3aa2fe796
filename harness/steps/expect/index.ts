import { milliseconds } from '../../base/units.ts';
import type { Json } from '../../model/index.ts';
import { ON_EACH_KEY } from '../about-keys.ts';
import { defineStep, type RecordedEnd } from '../definition.ts';
import { onNamed } from '../effect.ts';
import { bytesCover, bytesSentence, judgeMessage, readBytes } from './bytes.ts';
import { describeEnding, judgeEnding } from './ending.ts';
import { type Expectation, expectationSchema } from './expectation.ts';
import { scopeOfExpect } from './scope.ts';
import { judgeSilence } from './silence.ts';

/** Expects bytes in a frame, silence for a while, or the end of the connection. */
export const expect = defineStep<Expectation>({
  verb: 'expect',
  usesNewline: true,
  summary:
    'Expect bytes (a matcher within a frame), silence ("nothing" with "for"), or the end of the connection ("closed").',
  about: {
    group: 'bytes',
    keys: {
      on: ON_EACH_KEY,
      read: 'Where the message ends (see frames).',
      nothing: 'Nothing must come, for the time that `for` says.',
      for: 'With `nothing`: how long.',
      closed:
        'The program must end the connection: `true` in either way, `fin` in an orderly one, `reset` with an abort.',
      leftover:
        'What it means when more bytes come after a message that was expected exactly: `fail`, `warn` or `ignore`.',
      capture:
        'Keeps the message (of a `regex` with groups: the first group) under a name: later steps know it as `${{ NAME }}`, and its length as `${{ NAME.length }}`. A map such as `{ token: 1 }` keeps groups by number or name.',
      diagnose:
        'A list of `{when: matcher, hint: text}`: adds the first hint that fits the received bytes to a failure, and changes no verdict.',
    },
    examples: [
      'expect: "exactly these bytes"',
      'expect: { equals: { line: hello }, within: 10s }',
      "expect: { read: line, regex: '^hello [a-z]+$' }",
      'expect: { read: { idle: 100ms }, capture: greeting }',
      'expect: { http: { status: 200, body: { contains: hello } } }',
      'expect: { read: { length_prefix: 4 }, any_of: [{ equals: ok }, { starts_with: error }] }',
      'expect: { equals: hello, ignore: [case, trailing_newline] }',
      "expect: { regex: 'token=([0-9]+);', capture: { token: 1 } }",
      'expect: { nothing: true, for: 100ms }',
      'expect: { closed: true }',
    ],
  },
  shorthand: 'equals',
  onEach: true,
  hardlyText: {
    closed: { meant: 'the end of the connection', written: 'closed: true' },
    reset: { meant: 'an aborted connection', written: 'closed: reset' },
    RST: { meant: 'an aborted connection', written: 'closed: reset' },
    close: { meant: 'the end of the connection', written: 'closed: true' },
    eof: { meant: 'the end of the connection', written: 'closed: true' },
    EOF: { meant: 'the end of the connection', written: 'closed: true' },
    FIN: { meant: 'an orderly end', written: 'closed: fin' },
    silence: { meant: 'silence', written: 'nothing: true, for: 200ms' },
    timeout: { meant: 'silence', written: 'nothing: true, for: 200ms' },
    fin: { meant: 'an orderly end', written: 'closed: fin' },
    nothing: { meant: 'silence', written: 'nothing: true, for: 200ms' },
  },
  takesText: 'bytes',
  schema: expectationSchema,
  asserts: true,
  patience: 'default',
  scope: scopeOfExpect,
  captures: ({ capture, ...matcher }) =>
    [...namesOf(capture), ...namesWithin(matcher)].flatMap((name) => [name, `${name}.length`]),
  byHand: ({ on }) => ({ kind: 'wait', conn: on }),
  covers,
  lasts: (args) => {
    if (args.kind === 'nothing') return args.forMs;
    return args.kind === 'bytes' && args.frame.kind === 'idle' ? args.frame.ms : 0;
  },
  effects: ({ on, nothing, closed }) => [
    ...onNamed(on, (conn) => ({
      kind: 'reads' as const,
      conn,
      ...(nothing === true && { silence: true as const }),
    })),
    { kind: 'observes' },
    ...(closed === undefined ? [] : onNamed(on, (conn) => ({ kind: 'sees_close' as const, conn }))),
  ],
  sentence(args, seed) {
    switch (args.kind) {
      case 'nothing':
        return `On ${args.on} nothing must come for ${milliseconds(args.forMs)}.`;
      case 'closed':
        return `The program must end ${args.on}${describeEnding(args.how)}.`;
      case 'bytes':
        return bytesSentence(args, seed);
    }
  },

  async run(args, context) {
    const { view } = context;
    context.startReading(args.on);
    switch (args.kind) {
      case 'nothing':
        return context.elapse(args.forMs, () => view.hasPending(args.on));
      case 'closed':
        await context.until(() => view.ended(args.on));
        return;
      case 'bytes':
        return readBytes(args, context);
    }
  },

  judge(args, view, context) {
    switch (args.kind) {
      case 'nothing':
        return judgeSilence(args, view);
      case 'closed':
        return judgeEnding(args, view, context.within);
      case 'bytes':
        return judgeMessage(args, view, context);
    }
  },
});

/** Whether a recording made for one expectation shows what another comes to. */
function covers(recorded: Expectation, wanted: Expectation, end: RecordedEnd): boolean {
  if (recorded.on !== wanted.on) return false;
  if (recorded.kind === 'bytes' && wanted.kind === 'bytes') return bytesCover(recorded, wanted, end);
  // The step ended when the connection did, or not at all: either way it tells how.
  return recorded.kind === 'closed' && wanted.kind === 'closed';
}

/** The names that bytes are kept under: one for the message, or one for each group. */
function namesOf(capture: Json | undefined): readonly string[] {
  if (typeof capture === 'string') return [capture];
  return typeof capture === 'object' && capture !== null ? Object.keys(capture) : [];
}

/** The names under which a matcher keeps parts of the message: `capture` within its fields. */
function namesWithin(value: Json | undefined): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(namesWithin);
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'capture' && typeof inner === 'string' ? [inner] : namesWithin(inner),
  );
}
