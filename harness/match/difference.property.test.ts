import fc from 'fast-check';
import type { Cause } from '../model/index.ts';
import { processorTime } from '../testing/processor-time.ts';
import { explainDifference } from './difference.ts';
import { payloadBytes } from './payload.ts';

const MIB = 1024 * 1024;

describe('any difference', () => {
  const text = fc
    .string({ unit: fc.constantFrom(...'abAB \n\r\0é?'), maxLength: 12 })
    .map((letters) => Buffer.from(letters));
  const bytes = fc.oneof(
    text,
    fc.uint8Array({ maxLength: 12 }).map((array) => Buffer.from(array)),
  );

  test('is a sentence about the first wrong byte, and counts no more than there is', () => {
    fc.assert(
      fc.property(bytes, bytes, fc.boolean(), (expected, actual, ended) => {
        fc.pre(!expected.equals(actual));
        const found = explainDifference(expected, actual, ended);
        let first = 0;
        while (first < Math.min(expected.length, actual.length) && expected[first] === actual[first])
          first += 1;
        expect(found.at).toBe(first);
        expect(found.description).toMatch(/^[a-z0-9]\P{C}*[^.\p{C}]$/u);
        expect(found.missing ?? 0).toBeLessThanOrEqual(expected.length);
        expect(found.extra ?? 0).toBeLessThanOrEqual(actual.length);
      }),
      { numRuns: 2000 },
    );
  });

  test('a claim about the whole message holds by its plain definition', () => {
    const claims: readonly Cause[] = ['missing_newline', 'spaces', 'different_case', 'crlf', 'lf'];
    fc.assert(
      fc.property(text, text, (expected, actual) => {
        fc.pre(!expected.equals(actual));
        const found = explainDifference(expected, actual, true);
        const reduce: { readonly [cause: string]: (buffer: Buffer) => string } = {
          missing_newline: (buffer) => buffer.toString().replace(/[\r\n]/g, ''),
          spaces: (buffer) => buffer.toString().replace(/[ \t]/g, ''),
          different_case: (buffer) =>
            buffer.toString('latin1').replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
          crlf: (buffer) => buffer.toString().replaceAll('\r\n', '\n'),
          lf: (buffer) => buffer.toString().replaceAll('\r\n', '\n'),
        };
        const same = reduce[found.cause];
        if (claims.includes(found.cause) && same) expect(same(actual)).toBe(same(expected));
      }),
      { numRuns: 2000 },
    );
  });

  const large = Buffer.alloc(MIB, 'The quick brown fox\n');
  const noise = payloadBytes({ kind: 'random', label: 'noise', bytes: MIB }, 'seed');

  test.each<[string, Buffer, Buffer, Cause]>([
    ['half of it', large, large.subarray(0, MIB / 2), 'truncated'],
    ['all of it twice', large, Buffer.concat([large, large]), 'duplicated'],
    ['CRLF', large, Buffer.from(large.toString().replaceAll('\n', '\r\n')), 'crlf'],
    ['upper case', large, Buffer.from(large.toString().toUpperCase()), 'different_case'],
    ['UTF-16', large, Buffer.from(large.toString(), 'utf16le'), 'utf16'],
    ['noise as text', noise, Buffer.from(noise.toString()), 'decoded'],
    ['noise as Latin-1', noise, Buffer.from(noise.toString('latin1')), 'decoded'],
    ['a lost piece', noise, Buffer.concat([noise.subarray(0, 70_000), noise.subarray(80_000)]), 'different'],
    ['one flipped bit', large, Buffer.from(large).fill(0xff, 700_000, 700_001), 'different'],
  ])('1 MiB, %s, is reported within 1 s', (_name, expected, actual, cause) => {
    const begin = processorTime();
    expect(explainDifference(expected, actual, true).cause).toBe(cause);
    expect(processorTime() - begin).toBeLessThan(1000);
  });
});
