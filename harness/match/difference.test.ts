import type { Cause } from '../model/index.ts';
import { explainDifference } from './difference.ts';

const explain = (expected: string | Buffer, actual: string | Buffer, ended = true) =>
  explainDifference(Buffer.from(expected), Buffer.from(actual), ended);
const binary = Buffer.from('89504e470d0a1a0a0000000dff00fe', 'hex');

describe('explainDifference of a complete message', () => {
  test.each<[string, string, Cause, number, string]>([
    ['hello\n', '', 'nothing_received', 0, 'nothing arrived'],
    ['hello\n', 'hello', 'missing_newline', 5, 'the newline at the end is missing'],
    ['hello\r\n', 'hello', 'missing_newline', 5, 'the line ending (\\r\\n) at the end is missing'],
    ['hello\r\n', 'hello\r', 'missing_newline', 6, 'the newline at the end is missing'],
    ['one\ntwo\n', 'onetwo\n', 'missing_newline', 3, 'a newline is missing at offset 3'],
    ['one\r\ntwo\r\n', 'onetwo', 'missing_newline', 3, 'a newline is missing at offset 3'],
    ['hello\n', 'hello\n\n', 'extra_newline', 6, 'one newline too many at the end'],
    ['hello', 'hello\n', 'extra_newline', 5, 'one newline too many at the end'],
    ['hello', 'hello\r\n', 'extra_newline', 5, 'one line ending (\\r\\n) too many at the end'],
    ['hello\n', '\nhello\n', 'extra_newline', 0, 'a newline arrived at offset 0 that does not belong there'],
    ['hello\n', 'hello\r\n', 'crlf', 5, 'the newline arrived as \\r\\n (CRLF) instead of \\n'],
    ['one\ntwo\n', 'one\ntwo\r\n', 'crlf', 7, 'the newline arrived as \\r\\n (CRLF) instead of \\n'],
    ['one\r\ntwo\r\n', 'one\ntwo\n', 'lf', 3, 'the newline arrived as \\n instead of \\r\\n (CRLF)'],
    [
      'hi',
      'hi\0',
      'trailing_nul',
      2,
      'one NUL byte (\\0) too many at the end, as when the length is strlen + 1',
    ],
    [
      'hi',
      'hi\0\0\0',
      'trailing_nul',
      2,
      '3 NUL bytes (\\0) too many at the end, as when the whole buffer is sent and not only the message',
    ],
    [
      'hi',
      'hi\0xyz',
      'trailing_nul',
      2,
      '4 bytes, the first one NUL (\\0), too many at the end, as when the whole buffer is sent and not only the message',
    ],
    [
      'hi\n',
      'hi\0\n',
      'trailing_nul',
      2,
      'a NUL byte (\\0) arrived at offset 2 that does not belong there, as when the length is strlen + 1',
    ],
    ['hi\n', 'hi\0', 'trailing_nul', 2, 'a NUL byte (\\0) arrived where the newline was expected'],
    ['hello', 'hel', 'truncated', 3, 'only 3 of 5 bytes arrived'],
    [
      'ab\0cd',
      'ab',
      'cut_at_nul',
      2,
      'only 2 of 5 bytes arrived, up to the first NUL byte (\\0), where strlen() ends',
    ],
    [
      'ab\0cd and sixteen bytes more\0yz and as many others',
      'ab and sixteen bytes more and as many others',
      'cut_at_nul',
      2,
      'from the NUL byte (\\0) at offset 2 on bytes are missing, and later ones follow, as when the length is taken with strlen()',
    ],
    [
      'a\0b\0cd and sixteen bytes more',
      'a\0bd and sixteen bytes more',
      'different',
      3,
      '2 bytes are missing at offset 3; the others are right',
    ],
    [
      'a\0b\0cd and sixteen bytes more\0yz and as many others',
      'a\0bd and sixteen bytes more and as many others',
      'different',
      3,
      'the first wrong byte is at offset 3: "d" instead of "\\0"',
    ],
    ['hello\n', 'hello\nhello\n', 'duplicated', 6, 'the whole message arrived twice'],
    ['hello\n', 'hello\nhello\nhello\n', 'duplicated', 6, 'the whole message arrived 3 times'],
    ['Hello\n', 'HELLO\n', 'different_case', 1, 'upper and lower case differ from offset 1 on'],
    ['a b\n', 'a  b\n', 'spaces', 2, 'spaces or tabs are not as expected at offset 2'],
    ['a b\n', 'a\tb\n', 'spaces', 1, 'spaces or tabs are not as expected at offset 1'],
    ['a\n', 'a \n', 'spaces', 1, 'spaces or tabs are not as expected at offset 1'],
    ['a', 'a  ', 'spaces', 1, '2 bytes of spaces or tabs too many at the end'],
    ['hello', 'hello world', 'extra_bytes', 5, '6 bytes too many after the right 5: " world"'],
    ['hello', 'Echo: hello', 'extra_bytes', 0, '6 bytes come before the right ones: "Echo: "'],
    [
      '\0\x02',
      `\0\x01${'x'.repeat(60)}\0\x02\x07`,
      'different',
      1,
      expect.not.stringContaining('come before'),
    ],
    ['hello', '>hello!', 'extra_bytes', 0, '1 byte comes before the right ones: ">"'],
    ['', 'x', 'extra_bytes', 0, '1 byte arrived where none were expected: "x"'],
    ['hello', 'hexllo', 'extra_bytes', 2, '1 byte too many at offset 2: "x"; the others are right'],
    ['hello', 'ello', 'different', 0, '1 byte is missing at offset 0; the others are right'],
    ['hello world', 'held', 'different', 3, '7 bytes are missing at offset 3; the others are right'],
    ['hello', 'help!', 'different', 3, 'the first wrong byte is at offset 3: "p" instead of "l"'],
    ['hi\n', 'hi\r', 'different', 2, 'the first wrong byte is at offset 2: "\\r" instead of "\\n"'],
  ])('%j arrived as %j: %s', (expected, actual, cause, at, description) => {
    expect(explain(expected, actual)).toMatchObject({ cause, at, description });
  });

  test.each<[string, Buffer]>([
    ['little-endian', Buffer.from('hello\n', 'utf16le')],
    ['big-endian', Buffer.from('hello\n', 'utf16le').swap16()],
    ['little-endian with a mark', Buffer.from('\ufeffhello\n', 'utf16le')],
    ['big-endian with a mark', Buffer.from('\ufeffhello\n', 'utf16le').swap16()],
  ])('UTF-16, %s', (_name, actual) => {
    expect(explain('hello\n', actual).cause).toBe('utf16');
    expect(explain('hello\n', actual.subarray(0, 6), false).cause).toBe('utf16');
  });

  test.each<[string, Buffer, Buffer]>([
    ['binary replaced by U+FFFD', binary, Buffer.from(binary.toString())],
    ['a mixture of U+FFFD and other damage', binary, Buffer.from('efbfbd504e470a', 'hex')],
    [
      'Latin-1 bytes encoded again',
      Buffer.from('Grüße'),
      Buffer.from(Buffer.from('Grüße').toString('latin1')),
    ],
    ['binary bytes encoded again', binary, Buffer.from(binary.toString('latin1'))],
    ['Latin-1 instead of UTF-8', Buffer.from('Grüße'), Buffer.from('Grüße', 'latin1')],
    ['bytes that are no text left out', binary, Buffer.from(binary.filter((byte) => byte < 0x80))],
    [
      'characters left out that were cut at the borders of recv()',
      Buffer.from('ab\u00e9cd\u00e9\xff\u00e9ef', 'utf8').fill(0xff, 8, 9),
      Buffer.from('abcdef'),
    ],
    ['a question mark for each character', Buffer.from('Grüße'), Buffer.from('Gr??e')],
    ['a question mark for each byte', Buffer.from('Grüße'), Buffer.from('Gr????e')],
    ["Python's str() of bytes", Buffer.from('hello\n'), Buffer.from("b'hello\\n'")],
    ["Python's str() of a stripped line", Buffer.from('hello\n'), Buffer.from("b'hello'")],
    ["Python's str() and a newline", Buffer.from('hello\n'), Buffer.from("b'hello\\n'\n")],
    ["Python's str() with an apostrophe", Buffer.from("it's\n"), Buffer.from('b"it\'s\\n"')],
    [
      "Python's str() of binary",
      binary,
      Buffer.from("b'\\x89PNG\\r\\n\\x1a\\n\\x00\\x00\\x00\\r\\xff\\x00\\xfe'"),
    ],
  ])('decoded: %s', (_name, expected, actual) => {
    expect(explainDifference(expected, actual, true).cause).toBe('decoded');
  });

  test('the length in front of the message', () => {
    expect(explain('hello', '\0\x05hello').description).toMatch(
      /^2 bytes come first that tell the length of the message/,
    );
    expect(explain('hello', '\0\0\0\x05hello').description).toMatch(
      /^4 bytes come first that tell the length/,
    );
  });

  test('says how many bytes are missing or too many', () => {
    expect(explain('hello\n', 'hello')).toMatchObject({ missing: 1 });
    expect(explain('x'.repeat(1024), 'x'.repeat(512))).toMatchObject({
      missing: 512,
      description: 'only 512 of 1024 bytes arrived',
    });
    expect(explain('hello', 'hello!!')).toMatchObject({ extra: 2 });
    expect(explain('hello', '')).toMatchObject({ missing: 5 });
  });
});

describe('explainDifference while more may come', () => {
  test.each<[string, string, Cause, string]>([
    ['hello\n', '', 'nothing_received', 'nothing has arrived yet'],
    ['hello\n', 'hello', 'truncated', 'only 5 of 6 bytes have arrived so far'],
    ['hello\n', 'H', 'different_case', 'upper and lower case differ from offset 0 on'],
    ['hello\n', 'HELLO\nBYE\n', 'different_case', 'upper and lower case differ from offset 0 on'],
    ['a\nb\n', 'a\r', 'different', 'the first wrong byte is at offset 1: "\\r" instead of "\\n"'],
    ['a\nb\n', 'a\r\n', 'crlf', 'the newline arrived as \\r\\n (CRLF) instead of \\n'],
    ['a\nb\n', 'a\r\nb\r', 'crlf', 'the newline arrived as \\r\\n (CRLF) instead of \\n'],
    ['hello', 'h\0', 'different', 'the first wrong byte is at offset 1: "\\0" instead of "e"'],
    ['a\n', 'ab', 'different', 'the first wrong byte is at offset 1: "b" instead of "\\n"'],
    ['a\nb\n', 'ab', 'missing_newline', 'a newline is missing at offset 1'],
    ['hello\n', 'Echo: hello\n', 'extra_bytes', '6 bytes come before the right ones: "Echo: "'],
    ['hello world', 'hello w!', 'different', 'the first wrong byte is at offset 7: "!" instead of "o"'],
    ['hello', 'ello', 'different', 'the first wrong byte is at offset 0: "e" instead of "h"'],
  ])('%j, so far %j: %s', (expected, actual, cause, description) => {
    expect(explain(expected, actual, false)).toMatchObject({ cause, description });
  });
});
