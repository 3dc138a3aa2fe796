import fc from 'fast-check';
import { decide, decider, type Frame } from './frame.ts';
import type { Ignore } from './lenient.ts';
import type { Arrived, Decision, Matcher } from './matcher.ts';
import { allOfMatcher } from './matchers/all-of.ts';
import { anyOfMatcher } from './matchers/any-of.ts';
import { containsMatcher } from './matchers/contains.ts';
import { endsWithMatcher } from './matchers/ends-with.ts';
import { equalsMatcher } from './matchers/equals.ts';
import { httpMatcher } from './matchers/http.ts';
import { ignoringMatcher } from './matchers/ignoring.ts';
import { lengthMatcher } from './matchers/length.ts';
import { notMatcher } from './matchers/not.ts';
import { regexMatcher } from './matchers/regex.ts';
import { sha256Matcher } from './matchers/sha256.ts';
import { startsWithMatcher } from './matchers/starts-with.ts';

const bytes = (maxLength: number) =>
  fc
    .array(fc.constantFrom('a', 'a', 'b', 'B', ' ', '\n', '\r\n', '\0', 'é', '\u0002'), { maxLength })
    .map((parts) => Buffer.from(parts.join('')));
const RESPONSES = [
  'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab',
  'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabab',
  'HTTP/1.0 404 Not Found\n\nab',
  'HTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\nb',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabb\r\n0\r\n\r\n',
  'HTTP/1.1 OK\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length 2\r\nContent-Length: x\r\n\r\nab',
].map((text) => Buffer.from(text));

const needle = bytes(3);
const plain: fc.Arbitrary<Matcher> = fc.oneof(
  ...[equalsMatcher, containsMatcher, startsWithMatcher, endsWithMatcher].map((make) => needle.map(make)),
  fc.constantFrom('a', '^a*b', 'a$', 'b\\b', '^..?$').map(regexMatcher),
  fc.tuple(fc.nat(3), fc.nat(6)).map(([min, max]) => lengthMatcher({ min, max })),
  fc.constant(httpMatcher({ headers: [], toHead: false })),
  fc.constant(httpMatcher({ headers: [], toHead: true, status: [{ min: 200, max: 299 }] })),
  fc.constant(sha256Matcher('0'.repeat(64))),
);
const composed: fc.Arbitrary<Matcher> = fc.oneof(
  fc
    .tuple(fc.constantFrom(anyOfMatcher, allOfMatcher), fc.array(plain, { minLength: 2, maxLength: 3 }))
    .map(([make, of]) => make(of)),
  plain.map(notMatcher),
  fc
    .tuple(
      fc.subarray<Ignore>(['trailing_newline', 'cr', 'case', 'spaces'], { minLength: 1 }),
      plain.filter(({ kind }) => kind !== 'http' && kind !== 'sha256' && kind !== 'length'),
    )
    .map(([what, matcher]) => ignoringMatcher(what, matcher)),
);
const frames: fc.Arbitrary<Frame> = fc.oneof(
  fc.constantFrom<Frame>(
    { kind: 'match' },
    { kind: 'match' },
    { kind: 'line' },
    { kind: 'close' },
    { kind: 'idle', ms: 1 },
    { kind: 'http', head: false },
    { kind: 'http', head: true },
    { kind: 'length_prefix', size: 1, endian: 'big' },
    { kind: 'length_prefix', size: 2, endian: 'little' },
  ),
  needle
    .filter(({ length }) => length > 0)
    .map((delimiter): Frame => ({ kind: 'delimiter', bytes: delimiter })),
);
const endings = fc.constantFrom<Omit<Arrived, 'bytes'>>(
  { ended: true, over: false, idle: false },
  { ended: false, over: true, idle: false },
  { ended: true, over: true, idle: true },
);
const situations = fc.record({
  frame: frames,
  matcher: fc.oneof(composed, plain),
  stream: fc.oneof(bytes(10), fc.constantFrom(...RESPONSES)),
  ending: endings,
});

const WAITING = { ended: false, over: false, idle: false };

function essence(decision: Decision): unknown {
  if (decision.state === 'open') return decision;
  const { state, consumed } = decision;
  return state === 'match'
    ? { state, consumed, message: decision.message.toString('hex') }
    : { state, consumed };
}

test('every frame with every matcher decides the same however the stream is split', () => {
  fc.assert(
    fc.property(situations, fc.array(fc.nat(60)), ({ frame, matcher, stream, ending }, cuts) => {
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

test('what is decided stays decided, and the end decides', () => {
  fc.assert(
    fc.property(situations, ({ frame, matcher, stream, ending }) => {
      const next = decider(frame, matcher);
      let decided: unknown;
      for (let end = 0; end <= stream.length; end += 1) {
        const arrived = { bytes: stream.subarray(0, end), ...WAITING };
        const decision = next(arrived);
        expect(essence(decide(frame, matcher, arrived))).toEqual(essence(decision));
        if (decided) expect(essence(decision)).toEqual(decided);
        else if (decision.state !== 'open') decided = essence(decision);
      }
      const last = next({ bytes: stream, ...ending });
      if (last.state === 'open') throw new Error('still open at the end');
      expect(last.consumed).toBeLessThanOrEqual(stream.length);
      if (decided) expect(essence(last)).toEqual(decided);
    }),
    { numRuns: 3000 },
  );
});
