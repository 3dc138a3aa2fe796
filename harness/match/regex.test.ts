import fc from 'fast-check';
import { processorTime } from '../testing/processor-time.ts';
import { foundIn, regexProblem, searchForPattern } from './regex.ts';

const end = (source: string, text: string | Buffer, final = false) =>
  searchForPattern(source)(Buffer.from(text), final);

describe('regexProblem', () => {
  test.each(['hello', '^\\d+$', '[äöü]{2}', '(?i)grüße', '\\x{ff}', '\\\\xff', '\\x7f', '\\Qa(b', ''])(
    '%s is fine',
    (source) => {
      expect(regexProblem(source)).toBeUndefined();
    },
  );

  test.each([
    ['a(', 'missing closing ): `a(`'],
    ['a)(b', 'unexpected ): `a)(b`'],
    ['(?=a)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['(a)\\1', 'invalid escape sequence: `\\1`'],
    [
      '\\xff',
      '\\xff is the character U+00FF in a pattern, not a byte: write \\x{ff}, or match bytes with hex',
    ],
  ])('%s is not', (source, problem) => {
    expect(regexProblem(source)).toBe(problem);
  });

  test('a wrong pattern does not decide anything', () => {
    expect(() => foundIn('a(', Buffer.from('a('))).toThrow('missing closing');
    expect(() => searchForPattern('a(')).toThrow('missing closing');
  });
});

describe('foundIn', () => {
  test.each<[string, string, boolean]>([
    ['^.{5}$', 'Grüße', true],
    ['[äöü]', 'ü', true],
    ['(?i)GRÜSSE', 'grüsse', true],
    ['\\p{Greek}', 'λ', true],
    ['😀+$', 'a😀😀', true],
    ['^a.c$', 'a\nc', false],
    ['(?s)^a.c$', 'a\nc', true],
    ['^b$', 'a\nb\n', false],
    ['(?m)^b$', 'a\nb\n', true],
  ])('/%s/ in %j: %p', (source, text, found) => {
    expect(foundIn(source, Buffer.from(text))).toBe(found);
  });

  test('a byte that is no UTF-8 counts as one U+FFFD', () => {
    expect(foundIn('^a..b$', Buffer.from('61fffe62', 'hex'))).toBe(true);
    expect(foundIn('^a\\x{fffd}{2}b$', Buffer.from('61fffe62', 'hex'))).toBe(true);
    expect(foundIn('ÿ', Buffer.from('ff', 'hex'))).toBe(false);
  });
});

describe('searchForPattern', () => {
  test.each<[string, string, number]>([
    ['b', 'abc', 2],
    ['b+', 'abbb', 2],
    ['a.*z|b', 'abz', 2],
    ['', 'abc', 0],
    ['', '', 0],
    ['c', 'ab', -1],
    ['é', 'aé', 3],
    ['[^é]', 'é\u00e8', 4],
    ['(?m)^hello$', 'hello\n', 5],
    ['hello\\b', 'hello world', 5],
    ['a\\Q(', 'xa(', 3],
  ])('/%s/ in %j ends at %i', (source, text, expected) => {
    expect(end(source, text)).toBe(expected);
  });

  test('what later bytes could undo waits for the end', () => {
    expect(end('^hello$', 'hello')).toBe(-1);
    expect(end('^hello$', 'hello', true)).toBe(5);
    expect(end('hello\\b', 'hello')).toBe(-1);
    expect(end('hello\\b', 'hello', true)).toBe(5);
    expect(end('(?m)hello$', 'hello')).toBe(-1);
    expect(end('a\\B|a\\b', 'a')).toBe(1);
    expect(end('.', Buffer.from('c3', 'hex'))).toBe(-1);
    expect(end('.', Buffer.from('c3', 'hex'), true)).toBe(1);
    expect(end('[^é]', Buffer.from('c3', 'hex'))).toBe(-1);
  });

  /** The end of the match that ends first, tried out end by end with the platform's own engine. */
  function slowly(source: string, text: string): number {
    for (let at = 0; at <= text.length; at += 1) {
      if (new RegExp(`(?:${source})(?<=^[^]{${at}})`).test(text)) return at;
    }
    return -1;
  }

  const PATTERNS = [
    'a',
    'ab+',
    'a.*b',
    'a.*c|b',
    '^a*c',
    'a$',
    '\\bb',
    'b\\b',
    'a\\B',
    '(?:ab){2}',
    '[^a]b',
    'c?$',
    '',
    'c\\b.',
    '^$',
  ];

  test('finds what trying out every end finds', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PATTERNS),
        fc.string({ unit: fc.constantFrom(...'abc \n'), maxLength: 20 }),
        (source, text) => {
          expect(end(source, text, true)).toBe(slowly(source, text));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('finds the same end in long text, early and late', () => {
    for (const at of [0, 7, 100, 1000, 99_999]) {
      const text = Buffer.alloc(100_000, 'é');
      const start = at - (at % 2);
      text.write('ab', start);
      expect(end('ab+', text)).toBe(start + 2);
    }
  });

  test('1 MiB that never matches, in pieces of 1 KiB, takes less than 10 s', () => {
    const bytes = Buffer.alloc(1024 * 1024, 'x');
    const search = searchForPattern('[a-z]+\\d');
    const begin = processorTime();
    for (let length = 1024; length <= bytes.length; length += 1024)
      expect(search(bytes.subarray(0, length), false)).toBe(-1);
    expect(search(bytes, true)).toBe(-1);
    expect(processorTime() - begin).toBeLessThan(10_000);
  });

  test('a stream too long to be searched at every piece is decided at its end all the same', () => {
    const bytes = Buffer.concat([Buffer.alloc(1024 * 1024, 'x'), Buffer.from('7')]);
    const search = searchForPattern('[a-z]+\\d');
    for (let length = 4096; length < bytes.length; length += 4096) search(bytes.subarray(0, length), false);
    expect(search(bytes, true)).toBe(bytes.length);
  });
});
