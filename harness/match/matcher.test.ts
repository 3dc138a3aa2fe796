import { defined } from '../base/defined.ts';
import type { Cause } from '../model/index.ts';
import { decide, type Frame } from './frame.ts';
import type { Arrived, Decision, Matcher } from './matcher.ts';
import { containsMatcher } from './matchers/contains.ts';
import { endsWithMatcher } from './matchers/ends-with.ts';
import { equalsMatcher } from './matchers/equals.ts';
import { ANY_MESSAGE, lengthMatcher } from './matchers/length.ts';
import { regexMatcher } from './matchers/regex.ts';
import { startsWithMatcher } from './matchers/starts-with.ts';

const MATCH: Frame = { kind: 'match' };
const LINE: Frame = { kind: 'line' };
const CLOSE: Frame = { kind: 'close' };
const IDLE: Frame = { kind: 'idle', ms: 200 };
const ANY = ANY_MESSAGE;

const equals = (text: string) => equalsMatcher(Buffer.from(text));
const contains = (text: string) => containsMatcher(Buffer.from(text));
const starts = (text: string) => startsWithMatcher(Buffer.from(text));
const ends = (text: string) => endsWithMatcher(Buffer.from(text));
const regex = regexMatcher;
const length = (min?: number, max?: number) => lengthMatcher(defined({ min, max }));

type State = 'open' | 'ended' | 'over' | 'idle';

function arrived(text: string, state: State = 'open'): Arrived {
  return {
    bytes: Buffer.from(text),
    ended: state === 'ended',
    over: state === 'over',
    idle: state === 'idle',
  };
}

/** A decision in short: `open`, `match 5 "hello"`, or `mismatch 3 truncated@3`. */
function short(decision: Decision): string {
  if (decision.state === 'open') return 'open';
  if (decision.state === 'match')
    return `match ${decision.consumed} ${JSON.stringify(decision.message.toString())}`;
  return `mismatch ${decision.consumed} ${decision.difference.cause}@${decision.difference.at}`;
}

type Row = [Frame, Matcher, string, State, string];

function nameOf([, matcher, text, state, expected]: Row): string {
  return `${matcher.describe()} on ${JSON.stringify(text)}, ${state}: ${expected}`;
}

const cases: { readonly [title: string]: readonly Row[] } = {
  'match frame, equals': [
    [MATCH, equals('hi\n'), '', 'open', 'open'],
    [MATCH, equals('hi\n'), 'hi', 'open', 'open'],
    [MATCH, equals('hi\n'), 'hi', 'idle', 'open'],
    [MATCH, equals('hi\n'), 'hi\n', 'open', 'match 3 "hi\\n"'],
    [MATCH, equals('hi\n'), 'hi\nmore', 'ended', 'match 3 "hi\\n"'],
    [MATCH, equals('hi\n'), 'hx', 'open', 'mismatch 1 different@1'],
    [MATCH, equals('hi\n'), 'hi', 'ended', 'mismatch 2 missing_newline@2'],
    [MATCH, equals('hi\n'), 'hi', 'over', 'mismatch 2 missing_newline@2'],
    [MATCH, equals('hi\n'), '', 'over', 'mismatch 0 nothing_received@0'],
    [MATCH, equals('hi\n'), 'HI\nHI\n', 'ended', 'mismatch 0 different_case@0'],
    [MATCH, equals(''), '', 'open', 'match 0 ""'],
  ],
  'match frame, contains': [
    [MATCH, contains('b'), 'a', 'open', 'open'],
    [MATCH, contains('b'), 'abab', 'open', 'match 2 "ab"'],
    [MATCH, contains(''), '', 'open', 'match 0 ""'],
    [MATCH, contains('b'), 'aa', 'ended', 'mismatch 2 no_match@0'],
    [MATCH, contains('b'), '', 'over', 'mismatch 0 nothing_received@0'],
    [MATCH, contains('Hello'), '> hello <', 'over', 'mismatch 9 different_case@2'],
    [MATCH, contains('a\nb'), '> a\r\nb <', 'over', 'mismatch 8 crlf@2'],
    [MATCH, contains('a\r\nb'), '> a\nb <', 'over', 'mismatch 7 lf@2'],
    [MATCH, contains('hey'), 'h\0e\0y\0', 'over', 'mismatch 6 utf16@0'],
    [MATCH, contains('a b'), 'x a  b', 'over', 'mismatch 6 spaces@0'],
    [MATCH, contains('hi\n'), 'x hi', 'over', 'mismatch 4 missing_newline@2'],
  ],
  'match frame, starts_with': [
    [MATCH, starts('ab'), 'a', 'open', 'open'],
    [MATCH, starts('ab'), 'abc', 'open', 'match 2 "ab"'],
    [MATCH, starts('ab'), 'x', 'open', 'mismatch 0 different@0'],
    [MATCH, starts('ab'), 'a', 'ended', 'mismatch 1 truncated@1'],
  ],
  'match frame, ends_with': [
    [MATCH, ends('bc'), 'abc', 'open', 'open'],
    [MATCH, ends('bc'), 'abc', 'idle', 'match 3 "abc"'],
    [MATCH, ends('bc'), 'abc', 'over', 'match 3 "abc"'],
    [MATCH, ends('bc'), 'abcd', 'ended', 'mismatch 4 extra_bytes@3'],
    [MATCH, ends('bc\n'), 'abc', 'ended', 'mismatch 3 missing_newline@3'],
    [MATCH, ends('bc\n'), 'abc\n\n', 'ended', 'mismatch 5 extra_newline@4'],
    [MATCH, ends('bc'), 'abc\0\0', 'ended', 'mismatch 5 trailing_nul@3'],
    [MATCH, ends('bc'), 'aBC', 'ended', 'mismatch 3 different_case@1'],
    [MATCH, ends('bc'), 'abd', 'ended', 'mismatch 3 no_match@3'],
    [MATCH, ends('bc'), '', 'ended', 'mismatch 0 nothing_received@0'],
  ],
  'match frame, regex': [
    [MATCH, regex('\\d+;'), '12', 'open', 'open'],
    [MATCH, regex('\\d+;'), 'a12;34;', 'open', 'match 4 "a12;"'],
    [MATCH, regex('^hello$'), 'hello', 'open', 'open'],
    [MATCH, regex('^hello$'), 'hello', 'ended', 'match 5 "hello"'],
    [MATCH, regex('^hello$'), 'hello\n', 'over', 'mismatch 6 no_match@0'],
    [MATCH, regex('x'), '', 'over', 'mismatch 0 nothing_received@0'],
  ],
  'match frame, length': [
    [MATCH, ANY, '', 'open', 'match 0 ""'],
    [MATCH, length(3), 'ab', 'open', 'open'],
    [MATCH, length(3), 'abcd', 'open', 'match 3 "abc"'],
    [MATCH, length(3), 'ab', 'ended', 'mismatch 2 too_short@2'],
    [MATCH, length(3), '', 'over', 'mismatch 0 nothing_received@0'],
    [MATCH, length(undefined, 2), 'ab', 'open', 'open'],
    [MATCH, length(undefined, 2), 'ab', 'over', 'match 2 "ab"'],
    [MATCH, length(1, 2), 'abc', 'open', 'mismatch 2 too_long@2'],
    [MATCH, length(2, 2), 'a', 'over', 'mismatch 1 too_short@1'],
  ],
  'line frame': [
    [LINE, equals('hi'), 'hi', 'open', 'open'],
    [LINE, equals('hi'), 'hi', 'idle', 'open'],
    [LINE, equals('hi'), 'hi\nnext', 'open', 'match 3 "hi\\n"'],
    [LINE, equals('hi'), 'hi\r\nnext', 'open', 'match 4 "hi\\r\\n"'],
    [LINE, equals('hi\n'), 'hi\n', 'open', 'match 3 "hi\\n"'],
    [LINE, equals('hi\n'), 'hi\r\n', 'open', 'mismatch 4 crlf@2'],
    [LINE, equals('hi\r\n'), 'hi\n', 'open', 'mismatch 3 lf@2'],
    [LINE, equals('hi'), 'hi', 'ended', 'match 2 "hi"'],
    [LINE, equals('hi\n'), 'hi', 'ended', 'mismatch 2 missing_newline@2'],
    [LINE, equals('hi'), 'hi', 'over', 'mismatch 2 missing_newline@2'],
    [LINE, equals('hi'), 'ho', 'over', 'mismatch 2 different@1'],
    [LINE, equals('hi'), 'hi \n', 'open', 'mismatch 4 spaces@2'],
    [LINE, equals('hi'), 'hi\0\n', 'open', 'mismatch 4 trailing_nul@2'],
    [LINE, equals('hi'), '\n', 'open', 'mismatch 1 truncated@0'],
    [LINE, regex('h'), '\r\n', 'open', 'mismatch 2 no_match@0'],
    [LINE, length(1), '\n', 'open', 'mismatch 1 too_short@0'],
    [LINE, equals(''), '\n', 'open', 'match 1 "\\n"'],
    [LINE, ANY, '', 'ended', 'mismatch 0 nothing_received@0'],
    [LINE, ANY, '', 'over', 'mismatch 0 nothing_received@0'],
    [LINE, ANY, '\n', 'open', 'match 1 "\\n"'],
    [LINE, starts('h'), 'hi\n', 'open', 'match 3 "hi\\n"'],
    [LINE, ends('i'), 'hi\n', 'open', 'match 3 "hi\\n"'],
    [LINE, ends('i\n'), 'hi\n', 'open', 'match 3 "hi\\n"'],
    [LINE, contains('i\n'), 'hi\n', 'open', 'match 3 "hi\\n"'],
    [LINE, contains('x'), 'hi\nx\n', 'open', 'mismatch 3 no_match@0'],
    [LINE, regex('^h.$'), 'hi\nho\n', 'open', 'match 3 "hi\\n"'],
    [LINE, length(2, 2), 'hi\r\n', 'open', 'match 4 "hi\\r\\n"'],
    [LINE, length(3), 'hi\n', 'open', 'mismatch 3 too_short@2'],
  ],
  'close frame': [
    [CLOSE, equals('hi'), 'hi', 'open', 'open'],
    [CLOSE, equals('hi'), 'hi', 'ended', 'match 2 "hi"'],
    [CLOSE, equals('hi'), 'hi', 'over', 'mismatch 2 not_closed@2'],
    [CLOSE, equals('hi'), 'h', 'over', 'mismatch 1 truncated@1'],
    [CLOSE, equals('hi'), 'hx', 'open', 'mismatch 1 different@1'],
    [CLOSE, equals('hi'), 'hi!', 'open', 'mismatch 2 extra_bytes@2'],
    [CLOSE, equals('hi\n'), 'hi\nhi\n', 'ended', 'mismatch 3 duplicated@3'],
    [CLOSE, equals('hi'), '', 'ended', 'mismatch 0 nothing_received@0'],
    [CLOSE, equals(''), '', 'ended', 'match 0 ""'],
    [CLOSE, contains('b'), 'abc', 'open', 'open'],
    [CLOSE, contains('b'), 'abc', 'ended', 'match 3 "abc"'],
    [CLOSE, starts('ab'), 'x', 'open', 'mismatch 0 different@0'],
    [CLOSE, starts('ab'), 'abc', 'ended', 'match 3 "abc"'],
    [CLOSE, ends('bc'), 'abc', 'idle', 'open'],
    [CLOSE, regex('c$'), 'abc', 'ended', 'match 3 "abc"'],
    [CLOSE, regex('d'), 'abc', 'ended', 'mismatch 3 no_match@0'],
    [CLOSE, length(1, 2), 'abc', 'open', 'mismatch 2 too_long@2'],
    [CLOSE, length(5), 'abc', 'ended', 'mismatch 3 too_short@3'],
    [CLOSE, ANY, '', 'ended', 'match 0 ""'],
    [CLOSE, ANY, 'abc', 'over', 'mismatch 3 not_closed@3'],
  ],
  'bytes frame': [
    [{ kind: 'bytes', bytes: 3 }, ANY, 'ab', 'open', 'open'],
    [{ kind: 'bytes', bytes: 3 }, ANY, 'abcd', 'open', 'match 3 "abc"'],
    [{ kind: 'bytes', bytes: 3 }, ends('c'), 'abcd', 'open', 'match 3 "abc"'],
    [{ kind: 'bytes', bytes: 3 }, equals('abd'), 'abcd', 'open', 'mismatch 3 different@2'],
    [{ kind: 'bytes', bytes: 3 }, ANY, 'ab', 'ended', 'mismatch 2 too_short@2'],
    [{ kind: 'bytes', bytes: 3 }, equals('abc'), 'ab', 'over', 'mismatch 2 truncated@2'],
    [{ kind: 'bytes', bytes: 3 }, equals('ab'), 'ab', 'over', 'mismatch 2 too_short@2'],
    [{ kind: 'bytes', bytes: 3 }, contains('a'), '', 'over', 'mismatch 0 nothing_received@0'],
    [{ kind: 'bytes', bytes: 0 }, ANY, '', 'open', 'match 0 ""'],
  ],
  'idle frame': [
    [IDLE, equals('hi'), 'hi', 'open', 'open'],
    [IDLE, equals('hi'), 'hi', 'idle', 'match 2 "hi"'],
    [IDLE, equals('hi'), 'hi', 'ended', 'match 2 "hi"'],
    [IDLE, equals('hi'), 'hi', 'over', 'match 2 "hi"'],
    [IDLE, equals('hi'), 'hi!', 'idle', 'mismatch 3 extra_bytes@2'],
    [IDLE, equals('hi'), '', 'idle', 'mismatch 0 nothing_received@0'],
    [IDLE, ANY, '', 'idle', 'match 0 ""'],
  ],
};

describe.each(Object.entries(cases))('%s', (_title, rows) => {
  test.each(rows.map((row) => ({ row, name: nameOf(row) })))('$name', ({ row }) => {
    const [frame, matcher, text, state, expected] = row;
    expect(short(decide(frame, matcher, arrived(text, state)))).toBe(expected);
  });
});

test('a pattern that is wrong throws', () => {
  expect(() => decide(MATCH, regex('a('), arrived('a'))).toThrow('missing closing');
});

test('the words of a length', () => {
  const description = (matcher: Matcher, text: string, cause: Cause) => {
    const decision = decide(IDLE, matcher, arrived(text, 'idle'));
    if (decision.state !== 'mismatch') throw new Error(decision.state);
    expect(decision.difference.cause).toBe(cause);
    return decision.difference.description;
  };
  expect(description(length(5), 'abc', 'too_short')).toBe('only 3 of at least 5 bytes arrived');
  expect(description(length(5, 5), 'abc', 'too_short')).toBe('only 3 of 5 bytes arrived');
  expect(description(length(5), '', 'nothing_received')).toBe('nothing arrived');
  expect(description(length(0, 2), 'abc', 'too_long')).toBe('3 bytes arrived, 1 more than the 2 allowed');
});
