import fc from 'fast-check';
import { processorTime } from '../testing/processor-time.ts';
import { bytesView, escapeBytes, hexView } from './view.ts';

const escaped = (text: string, max?: number) => escapeBytes(Buffer.from(text), max);

/** Reads the escapes back. */
function readBack(text: string): Buffer {
  const short: { readonly [letter: string]: number } = { n: 10, r: 13, t: 9, '0': 0, '\\': 92 };
  const parts = text.match(/\\x[0-9a-f]{2}|\\.|[^\\]/gsu) ?? [];
  return Buffer.concat(
    parts.map((part) => {
      if (part.startsWith('\\x')) return Buffer.from(part.slice(2), 'hex');
      return part.startsWith('\\') ? Buffer.from([short[part.slice(1)] ?? 63]) : Buffer.from(part);
    }),
  );
}

describe('escapeBytes', () => {
  test.each([
    ['hello', 'hello'],
    ['a\r\n\t\0\\', 'a\\r\\n\\t\\0\\\\'],
    ['\0' + '1', '\\x001'],
    ['Grüße 😀 日本', 'Grüße 😀 日本'],
    ['\x1b[31mred\x07\x7f', '\\x1b[31mred\\x07\\x7f'],
    ['\u0085\u009b', '\\xc2\\x85\\xc2\\x9b'],
    [
      '\u202e\u2066\u200b\ufeff\u2028',
      '\\xe2\\x80\\xae\\xe2\\x81\\xa6\\xe2\\x80\\x8b\\xef\\xbb\\xbf\\xe2\\x80\\xa8',
    ],
    ['a\u00a0b', 'a\\xc2\\xa0b'],
    ['e\u0301\u0301', 'e\u0301\\xcc\\x81'],
    ['\u0301', '\\xcc\\x81'],
    ['', ''],
  ])('%j', (text, expected) => {
    expect(escaped(text)).toBe(expected);
  });

  test('what is no UTF-8 shows as its bytes', () => {
    expect(escapeBytes(Buffer.from('c3a9ffe282c080eda080', 'hex'))).toBe(
      'é\\xff\\xe2\\x82\\xc0\\x80\\xed\\xa0\\x80',
    );
  });

  test('says how long the bytes are when it cuts them', () => {
    expect(escaped('x'.repeat(80))).toBe('x'.repeat(80));
    expect(escaped('x'.repeat(81))).toBe(`${'x'.repeat(80)}… (the beginning of 81 bytes)`);
    expect(escaped('ab\n', 3)).toBe('ab… (the beginning of 3 bytes)');
    expect(escaped('aéb', 1)).toBe('a… (the beginning of 4 bytes)');
  });

  test('reads back to the very bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          expect(readBack(escapeBytes(bytes, Number.POSITIVE_INFINITY))).toEqual(Buffer.from(bytes));
        },
      ),
    );
  });

  test('has nothing in it that a terminal acts on', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          expect(escapeBytes(bytes)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\u00a0]/u);
        },
      ),
    );
  });

  test('looks at no more than it shows', () => {
    const large = Buffer.alloc(64 * 1024 * 1024, 'x');
    const begin = processorTime();
    expect(escapeBytes(large).length).toBeLessThan(120);
    expect(processorTime() - begin).toBeLessThan(500);
  });
});

describe('hexView', () => {
  const bytes = Buffer.from(Array.from({ length: 100 }, (_, index) => index));

  test('shows the row with the offset, its neighbours, and where it is', () => {
    expect(hexView(bytes, 0x25)).toEqual([
      '00000010: 10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f  ................',
      '00000020: 20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f   !"#$%&\'()*+,-./',
      '                         ^^                                     ^',
      '00000030: 30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f  0123456789:;<=>?',
    ]);
  });

  test('marks the place after the last byte', () => {
    expect(hexView(Buffer.from('hello'), 5)).toEqual([
      '00000000: 68 65 6c 6c 6f                                   hello',
      '                         ^^                                     ^',
    ]);
    expect(hexView(Buffer.alloc(0), 0)).toEqual([
      '00000000:',
      '          ^^                                               ^',
    ]);
    expect(hexView(Buffer.alloc(16, 'x'), 16)).toEqual([
      '00000000: 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78  xxxxxxxxxxxxxxxx',
      '00000010:',
      '          ^^                                               ^',
    ]);
  });

  test('a single row, and offsets beyond the end', () => {
    expect(hexView(bytes, 0x25, { rows: 1 })).toHaveLength(2);
    expect(hexView(bytes, 4000)).toEqual(hexView(bytes, 100));
    expect(hexView(bytes, -1)).toEqual(hexView(bytes, 0));
  });

  test('fits 80 columns, has the marked row, and the carets stand below the byte', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(220),
        fc.integer({ min: 1, max: 6 }),
        (view, offset, rows) => {
          const at = Math.min(offset, view.length);
          const lines = hexView(view, offset, { rows });
          expect(lines.length).toBeLessThanOrEqual(rows + 1);
          for (const line of lines) expect(line).toMatch(/^[ -~]{1,80}$/);
          const caret = lines.findIndex((line) => line.includes('^^'));
          const row = lines[caret - 1] ?? '';
          expect(Number.parseInt(row.slice(0, 8), 16)).toBe(at - (at % 16));
          const column = (lines[caret] ?? '').indexOf('^^');
          const shown = row.slice(column, column + 2).trim();
          expect(shown).toBe(at < view.length ? (view[at] ?? 0).toString(16).padStart(2, '0') : '');
        },
      ),
    );
  });
});

describe('bytesView', () => {
  test('has the bytes themselves up to 1024', () => {
    expect(bytesView(Buffer.from('a\n'))).toEqual({ text: 'a\\n', length: 2, base64: 'YQo=' });
    expect(bytesView(Buffer.alloc(1024)).base64).toBe(Buffer.alloc(1024).toString('base64'));
    expect(bytesView(Buffer.alloc(1025, 'x'))).toEqual({
      text: `${'x'.repeat(80)}… (the beginning of 1025 bytes)`,
      length: 1025,
    });
  });

  test('sees only its own part of a larger buffer', () => {
    expect(bytesView(Buffer.from('abcdef').subarray(2, 4))).toEqual({
      text: 'cd',
      length: 2,
      base64: 'Y2Q=',
    });
  });
});
