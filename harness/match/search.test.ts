import fc from 'fast-check';
import { processorTime } from '../testing/processor-time.ts';
import { commonSuffix, firstDifference, indexOf, searchFor } from './search.ts';
import { characterStart, sequenceLength, wholeCharacters } from './utf8.ts';

/** Bytes that repeat themselves, so that searches have something to stumble over. */
const repetitive = fc
  .array(fc.constantFrom(...'aab\n'), { maxLength: 40 })
  .map((letters) => Buffer.from(letters.join('')));
const MIB = 1024 * 1024;

describe('firstDifference and commonSuffix', () => {
  test('find what a plain loop finds', () => {
    fc.assert(
      fc.property(repetitive, repetitive, (a, b) => {
        let first = 0;
        while (first < Math.min(a.length, b.length) && a[first] === b[first]) first += 1;
        expect(firstDifference(a, b)).toBe(first);
        expect(firstDifference(a, b, Math.floor(first / 2))).toBe(first);
        expect(commonSuffix(Buffer.from(a).reverse(), Buffer.from(b).reverse())).toBe(first);
      }),
    );
  });

  test.each([0, 1, 4095, 4096, 4097, MIB - 1])('find a wrong byte at %i of 1 MiB', (at) => {
    const a = Buffer.alloc(MIB, 'x');
    const b = Buffer.from(a);
    b[at] = 0;
    expect(firstDifference(a, b)).toBe(at);
    expect(commonSuffix(a, b)).toBe(MIB - at - 1);
  });
});

describe('indexOf', () => {
  test('finds what Buffer.indexOf finds, also piece by piece', () => {
    fc.assert(
      fc.property(repetitive, repetitive, fc.nat(5), (bytes, text, length) => {
        const needle = text.subarray(0, length);
        expect(indexOf(bytes, needle)).toBe(bytes.indexOf(needle));
        const search = searchFor(needle);
        for (let end = 0; end <= bytes.length; end += 1) {
          expect(search(bytes.subarray(0, end))).toBe(bytes.subarray(0, end).indexOf(needle));
        }
      }),
    );
  });

  test('is quick on bytes made to be slow', () => {
    const half = Buffer.alloc(32 * 1024, 'x');
    const needle = Buffer.concat([half, Buffer.from('a'), half]);
    const begin = processorTime();
    expect(indexOf(Buffer.alloc(MIB, 'x'), needle)).toBe(-1);
    expect(processorTime() - begin).toBeLessThan(200);
  });
});

describe('characters', () => {
  test('sequenceLength agrees with the decoder of the platform', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const valid = (bytes: Uint8Array) => {
      try {
        return [...decoder.decode(bytes)].length === 1;
      } catch {
        return false;
      }
    };
    const edge = fc.constantFrom(
      0,
      0x7f,
      0x80,
      0x8f,
      0x90,
      0x9f,
      0xa0,
      0xbf,
      0xc1,
      0xc2,
      0xdf,
      0xe0,
      0xed,
      0xef,
      0xf0,
      0xf4,
      0xf5,
      0xff,
    );
    fc.assert(
      fc.property(fc.array(edge, { minLength: 1, maxLength: 4 }), (list) => {
        const bytes = Uint8Array.from(list);
        const length = [1, 2, 3, 4].find((count) => count <= bytes.length && valid(bytes.subarray(0, count)));
        expect(Math.max(0, sequenceLength(bytes, 0))).toBe(length ?? 0);
      }),
      { numRuns: 3000 },
    );
  });

  test('characterStart and wholeCharacters never cut a character', () => {
    const bytes = Buffer.from('aé日😀b');
    expect(Array.from({ length: 12 }, (_, at) => characterStart(bytes, at))).toEqual([
      0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11,
    ]);
    expect(Array.from({ length: 12 }, (_, end) => wholeCharacters(bytes.subarray(0, end)).length)).toEqual([
      0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11,
    ]);
  });

  test('bytes that can become no character stand alone', () => {
    const bytes = Buffer.from('ffe282ff', 'hex');
    expect([0, 1, 2, 3, 4].map((at) => characterStart(bytes, at))).toEqual([0, 1, 2, 3, 4]);
    expect(wholeCharacters(bytes)).toHaveLength(4);
    expect(wholeCharacters(bytes.subarray(0, 3))).toHaveLength(1);
  });
});
