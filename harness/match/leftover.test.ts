import type { Cause } from '../model/index.ts';
import { differenceForLeftover } from './leftover.ts';

describe('differenceForLeftover', () => {
  test.each<[string, string, Cause, string]>([
    [
      'hi\n',
      '\0',
      'trailing_nul',
      'one NUL byte (\\0) too many at the end, as when the length is strlen + 1',
    ],
    ['hi\n', '\n', 'extra_newline', 'one newline too many at the end'],
    ['hi\n', '\n\r\n', 'extra_newline', '3 bytes of line endings too many at the end'],
    ['hi', '\r', 'extra_bytes', 'one carriage return (\\r) too many at the end'],
    ['hi\n', 'hi\n', 'duplicated', 'the whole message arrived twice'],
    ['hi\n', 'bye', 'extra_bytes', '3 bytes too many after the right 3: "bye"'],
    ['hi\n', 'hi', 'extra_bytes', '2 bytes too many after the right 3: "hi"'],
    ['hi\n', 'hi\nhi', 'extra_bytes', '5 bytes too many after the right 3: "hi\\nhi"'],
  ])('after %j came %j: %s', (expected, extra, cause, description) => {
    expect(differenceForLeftover(Buffer.from(expected), Buffer.from(extra))).toEqual({
      cause,
      at: expected.length,
      description,
      extra: extra.length,
    });
  });
});
