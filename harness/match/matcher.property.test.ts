import fc from 'fast-check';
import { defined } from '../base/defined.ts';
import { decide, decider, type Frame } from './frame.ts';
import type { Arrived, Decision, Matcher } from './matcher.ts';
import { containsMatcher } from './matchers/contains.ts';
import { endsWithMatcher } from './matchers/ends-with.ts';
import { equalsMatcher } from './matchers/equals.ts';
import { type Bounds, lengthMatcher } from './matchers/length.ts';
import { regexMatcher } from './matchers/regex.ts';
import { startsWithMatcher } from './matchers/starts-with.ts';

const bytes = (maxLength: number) =>
  fc
    .array(
      fc.constantFrom(
        'a',
        'a',
        'b',
        'B',
        ' ',
        '\n',
        '\r\n',
        '\0',
        'é',
        Buffer.from('ff', 'hex'),
        Buffer.from('c3', 'hex'),
      ),
      {
        maxLength,
      },
    )
    .map((parts) => Buffer.concat(parts.map((part) => Buffer.from(part))));

const PATTERNS = [
  'a',
  'ab+',
  'a.*b',
  '^a*b',
  'a$',
  '(?m)a$',
  '\\bb',
  'b\\b',
  'a\\B',
  '',
  '[^a]b',
  'é',
  '.$',
  '[^é]',
  '\\x{fffd}',
  '^..?$',
];

const needle = bytes(3);
const bound = fc.option(fc.nat(6), { nil: undefined });
const boundsOf = new WeakMap<Matcher, Bounds>();
const matchers: fc.Arbitrary<Matcher> = fc.oneof(
  needle.map(equalsMatcher),
  needle.map(containsMatcher),
  needle.map(startsWithMatcher),
  needle.map(endsWithMatcher),
  fc.constantFrom(...PATTERNS).map(regexMatcher),
  fc.tuple(bound, bound).map(([min, max]) => {
    const bounds: Bounds = defined({ min, max });
    const matcher = lengthMatcher(bounds);
    boundsOf.set(matcher, bounds);
    return matcher;
  }),
);
const frames: fc.Arbitrary<Frame> = fc.oneof(
  fc.constantFrom<Frame>({ kind: 'match' }, { kind: 'line' }, { kind: 'close' }, { kind: 'idle', ms: 200 }),
  fc.nat(8).map((count): Frame => ({ kind: 'bytes', bytes: count })),
);
const endings = fc.constantFrom<Omit<Arrived, 'bytes'>>(
  { ended: true, over: false, idle: false },
  { ended: false, over: true, idle: false },
  { ended: true, over: true, idle: true },
);
/** Half of the streams begin with the very bytes that are wanted. */
const situations = fc
  .record({ frame: frames, matcher: matchers, stream: bytes(10), likely: fc.boolean(), ending: endings })
  .map(({ frame, matcher, stream, likely, ending }) => ({
    frame,
    matcher,
    ending,
    stream: likely && matcher.bytes ? Buffer.concat([matcher.bytes, stream]) : stream,
  }));

const WAITING = { ended: false, over: false, idle: false };

/** What must be the same however the stream is split; the difference may get to know more. */
function essence(decision: Decision): unknown {
  if (decision.state === 'open') return decision;
  const { state, consumed } = decision;
  return state === 'match'
    ? { state, consumed, message: decision.message.toString('hex') }
    : { state, consumed };
}

describe('every frame with every matcher', () => {
  test('decides the same however the stream is split', () => {
    fc.assert(
      fc.property(situations, fc.array(fc.nat(20)), ({ frame, matcher, stream, ending }, cuts) => {
        const whole = essence(decide(frame, matcher, { bytes: stream, ...ending }));
        const ends = cuts.filter((cut) => cut <= stream.length).sort((a, b) => a - b);
        const next = decider(frame, matcher);
        const steps: Arrived[] = [
          ...ends.map((end) => ({ bytes: stream.subarray(0, end), ...WAITING })),
          { bytes: stream, ...ending },
        ];
        const first = steps.map(next).find((decision) => decision.state !== 'open');
        expect(first && essence(first)).toEqual(whole);
      }),
      { numRuns: 5000 },
    );
  });

  test('never takes back a decision, and needs no memory for it', () => {
    fc.assert(
      fc.property(situations, ({ frame, matcher, stream, ending }) => {
        const next = decider(frame, matcher);
        let decided: unknown;
        for (let end = 0; end <= stream.length; end += 1) {
          const arrived = { bytes: stream.subarray(0, end), ...WAITING };
          const decision = essence(next(arrived));
          expect(essence(decide(frame, matcher, arrived))).toEqual(decision);
          if (decided) expect(decision).toEqual(decided);
          else if (next(arrived).state !== 'open') decided = decision;
        }
        const last = next({ bytes: stream, ...ending });
        expect(last.state).not.toBe('open');
        if (decided) expect(essence(last)).toEqual(decided);
      }),
      { numRuns: 3000 },
    );
  });

  test('uses up no more than has come, and matches exactly what it uses up', () => {
    fc.assert(
      fc.property(situations, ({ frame, matcher, stream, ending }) => {
        const decision = decide(frame, matcher, { bytes: stream, ...ending });
        if (decision.state === 'open') throw new Error('still open at the end');
        expect(decision.consumed).toBeLessThanOrEqual(stream.length);
        expect(stream.subarray(0, decision.message.length)).toEqual(decision.message);
        if (decision.state === 'match') expect(decision.message).toHaveLength(decision.consumed);
        else expect(decision.difference.at).toBeLessThanOrEqual(decision.message.length);
      }),
      { numRuns: 3000 },
    );
  });

  test('a match satisfies the matcher by its plain definition', () => {
    fc.assert(
      fc.property(situations, ({ frame, matcher, stream, ending }) => {
        const decision = decide(frame, matcher, { bytes: stream, ...ending });
        if (decision.state !== 'match' || matcher.kind === 'regex') return;
        const line = decision.message.toString('latin1');
        const wanted = matcher.bytes?.toString('latin1') ?? '';
        const { min = 0, max = Number.POSITIVE_INFINITY } = boundsOf.get(matcher) ?? {};
        const text = frame.kind === 'line' && !wanted.includes('\n') ? line.replace(/\r?\n$/, '') : line;
        const holds = {
          equals: text === wanted,
          contains: text.includes(wanted),
          starts_with: text.startsWith(wanted),
          ends_with: text.endsWith(wanted),
          length: text.length >= min && text.length <= max,
        };
        expect(holds[matcher.kind as keyof typeof holds]).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
