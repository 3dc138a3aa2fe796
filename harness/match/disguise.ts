import type { Cause } from '../model/index.ts';
import { lowerCase, utf16, without, withoutCrlf } from './reshape.ts';
import { indexOf } from './search.ts';
import { sequenceLength } from './utf8.ts';

/** One way in which right bytes come out wrong: made alike by the two functions, expected and actual agree. */
export interface Disguise {
  readonly cause: Cause;
  /** In the words of the finding; `at` counts from the beginning of the message. */
  readonly description: (at: number) => string;
  /** Whether it is worth a look, from what is at the first wrong byte. Asked before anything else. */
  readonly when: (expected: Buffer, actual: Buffer, at: number) => boolean;
  readonly expected: (bytes: Buffer) => Buffer;
  readonly actual: (bytes: Buffer) => Buffer;
  /** How many bytes from the first wrong one on must agree while more may come. */
  readonly evidence: number;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const REPLACEMENT = Buffer.from('\u{fffd}');

const same = (bytes: Buffer) => bytes;
const isLineEnd = (byte: number | undefined) => byte === NEWLINE || byte === RETURN;
const isHigh = (bytes: Buffer, at: number) => (bytes[at] ?? 0) >= 0x80;
const isQuestion = (expected: Buffer, actual: Buffer, at: number) =>
  isHigh(expected, at) && actual[at] === 0x3f;

function isUtf8(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length < 1) return length < 0;
    at += length;
  }
  return true;
}

function ascii(bytes: Buffer): Buffer {
  return bytes.filter((byte) => byte < 0x80) as Buffer;
}

function utf16Disguise(order: 'le' | 'be', mark: readonly number[]): Disguise {
  return {
    cause: 'utf16',
    description: () => 'the text arrived as UTF-16, with two bytes for each character',
    when: (_expected, actual) =>
      actual[mark.length + (order === 'le' ? 1 : 0)] === 0 &&
      mark.every((byte, index) => actual[index] === byte),
    expected: (bytes) => Buffer.concat([Buffer.from(mark), utf16(bytes, order)]),
    actual: same,
    evidence: 3,
  };
}

function questionMarks(text: (bytes: Buffer) => string): Disguise {
  return {
    cause: 'decoded',
    description: () =>
      'a question mark arrived for each byte or character beyond ASCII: the data was encoded as ASCII text',
    when: isQuestion,
    expected: (bytes) => Buffer.from(text(bytes).replace(/[^\0-\x7f]/gu, '?')),
    actual: same,
    evidence: 1,
  };
}

/** All disguises, the most telling first. */
export const DISGUISES: readonly Disguise[] = [
  utf16Disguise('le', []),
  utf16Disguise('be', []),
  utf16Disguise('le', [0xff, 0xfe]),
  utf16Disguise('be', [0xfe, 0xff]),
  {
    cause: 'decoded',
    description: () =>
      'bytes that are no text arrived as U+FFFD (ef bf bd): the data was decoded as text on its way',
    when: (_expected, actual, at) => hasReplacement(actual, at),
    expected: (bytes) => Buffer.from(bytes.toString()),
    actual: same,
    evidence: 1,
  },
  {
    cause: 'decoded',
    description: () =>
      'bytes arrived encoded as UTF-8 a second time: the data was decoded as Latin-1 on its way',
    when: (expected, actual, at) => isHigh(expected, at) || isHigh(actual, at),
    expected: (bytes) => Buffer.from(bytes.toString('latin1')),
    actual: same,
    evidence: 1,
  },
  {
    cause: 'decoded',
    description: () => 'the text arrived in Latin-1 instead of UTF-8',
    when: (expected, actual, at) => isHigh(expected, at) && isHigh(actual, at) && isUtf8(expected),
    expected: (bytes) => Buffer.from(bytes.toString(), 'latin1'),
    actual: same,
    evidence: 2,
  },
  {
    cause: 'decoded',
    description: () => 'bytes that are no UTF-8 are missing: the data was decoded as text on its way',
    when: (expected, _actual, at) => isHigh(expected, at) && !isUtf8(expected),
    // Which ones are left out depends on where the data was cut; what is ASCII always comes.
    expected: ascii,
    actual: (bytes) => (isUtf8(bytes) ? ascii(bytes) : bytes),
    evidence: 2,
  },
  questionMarks((bytes) => bytes.toString()),
  questionMarks((bytes) => bytes.toString('latin1')),
  {
    cause: 'crlf',
    description: () => 'the newline arrived as \\r\\n (CRLF) instead of \\n',
    when: (expected, actual, at) =>
      expected[at] === NEWLINE && actual[at] === RETURN && actual[at + 1] === NEWLINE,
    expected: withoutCrlf,
    actual: withoutCrlf,
    evidence: 1,
  },
  {
    cause: 'lf',
    description: () => 'the newline arrived as \\n instead of \\r\\n (CRLF)',
    when: (expected, actual, at) =>
      expected[at] === RETURN && expected[at + 1] === NEWLINE && actual[at] === NEWLINE,
    expected: withoutCrlf,
    actual: withoutCrlf,
    evidence: 1,
  },
  {
    cause: 'trailing_nul',
    description: (at) =>
      `a NUL byte (\\0) arrived at offset ${at} that does not belong there, as when the length is strlen + 1`,
    when: (_expected, actual, at) => actual[at] === 0,
    expected: (bytes) => without(bytes, 0),
    actual: (bytes) => without(bytes, 0),
    evidence: 1,
  },
  {
    cause: 'missing_newline',
    description: (at) => `a newline is missing at offset ${at}`,
    when: (expected, actual, at) => isLineEnd(expected[at]) && !isLineEnd(actual[at]),
    expected: (bytes) => without(bytes, RETURN, NEWLINE),
    actual: (bytes) => without(bytes, RETURN, NEWLINE),
    evidence: 1,
  },
  {
    cause: 'extra_newline',
    description: (at) => `a newline arrived at offset ${at} that does not belong there`,
    when: (expected, actual, at) => isLineEnd(actual[at]) && !isLineEnd(expected[at]),
    expected: (bytes) => without(bytes, RETURN, NEWLINE),
    actual: (bytes) => without(bytes, RETURN, NEWLINE),
    evidence: 1,
  },
  {
    cause: 'different_case',
    description: (at) => `upper and lower case differ from offset ${at} on`,
    when: (expected, actual, at) => ((expected[at] ?? 0) ^ (actual[at] ?? 0)) === 0x20,
    expected: lowerCase,
    actual: lowerCase,
    evidence: 1,
  },
  {
    cause: 'spaces',
    description: (at) => `spaces or tabs are not as expected at offset ${at}`,
    when: (expected, actual, at) =>
      [0x20, 0x09].some((blank) => expected[at] === blank || actual[at] === blank),
    expected: (bytes) => without(bytes, 0x20, 0x09),
    actual: (bytes) => without(bytes, 0x20, 0x09),
    evidence: 1,
  },
];

/** Whether U+FFFD covers the offset. */
export function hasReplacement(bytes: Buffer, at: number): boolean {
  return indexOf(bytes.subarray(Math.max(0, at - 2), at + 3), REPLACEMENT) >= 0;
}
