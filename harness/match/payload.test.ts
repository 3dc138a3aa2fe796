import { processorTime } from '../testing/processor-time.ts';
import { describePayload, type Payload, payloadBytes } from './payload.ts';

const bytes = (payload: Payload, seed = 'seed') => payloadBytes(payload, seed);

describe('payloadBytes', () => {
  test.each<[string, Payload, string]>([
    ['text is UTF-8', { kind: 'text', text: 'é\n' }, 'c3a90a'],
    ['a line ends with \\n', { kind: 'line', text: 'hi', newline: 'lf' }, '68690a'],
    ['or with \\r\\n', { kind: 'line', text: 'hi', newline: 'crlf' }, '68690d0a'],
    ['hex may be spaced', { kind: 'hex', hex: ' 00 fF\n0d0a ' }, '00ff0d0a'],
    ['base64', { kind: 'base64', base64: 'AP8=' }, '00ff'],
    ['a file is its content', { kind: 'file', path: 'a.bin', base64: 'AP8=' }, '00ff'],
    ['repeat', { kind: 'repeat', unit: 'x', bytes: 3 }, '787878'],
    ['repeat cuts the last unit', { kind: 'repeat', unit: 'abc', bytes: 5 }, '6162636162'],
    ['repeat cuts inside a character', { kind: 'repeat', unit: 'é', bytes: 3 }, 'c3a9c3'],
    ['nothing repeated no times', { kind: 'repeat', unit: '', bytes: 0 }, ''],
    [
      'join',
      {
        kind: 'join',
        parts: [
          { kind: 'text', text: 'a' },
          { kind: 'join', parts: [] },
          { kind: 'hex', hex: '00' },
        ],
      },
      '6100',
    ],
  ])('%s', (_name, payload, hex) => {
    expect(bytes(payload).toString('hex')).toBe(hex);
  });

  test.each<[string, Payload]>([
    ['an odd number of digits', { kind: 'hex', hex: '0' }],
    ['a letter that is no digit', { kind: 'hex', hex: '0g' }],
    ['a sign that is no base64', { kind: 'base64', base64: 'A*' }],
    ['an empty unit', { kind: 'repeat', unit: '', bytes: 1 }],
  ])('refuses %s', (_name, payload) => {
    expect(() => bytes(payload)).toThrow(RangeError);
  });

  const random = (label: string, count: number): Payload => ({ kind: 'random', label, bytes: count });

  test('random bytes are the same for the same seed and label only', () => {
    const one = bytes(random('a', 1000));
    expect(one).toHaveLength(1000);
    expect(bytes(random('a', 1000))).toEqual(one);
    expect(bytes(random('b', 1000))).not.toEqual(one);
    expect(bytes(random('a', 1000), 'other')).not.toEqual(one);
    expect(payloadBytes(random('bc', 16), 'a')).not.toEqual(payloadBytes(random('c', 16), 'ab'));
  });

  test('a longer random stream begins with the shorter one', () => {
    expect(bytes(random('a', 100_000)).subarray(0, 17)).toEqual(bytes(random('a', 17)));
  });

  test('all byte values are about equally frequent', () => {
    const counts = new Map<number, number>();
    for (const byte of bytes(random('a', 256 * 1024))) counts.set(byte, (counts.get(byte) ?? 0) + 1);
    expect(counts.size).toBe(256);
    expect(Math.min(...counts.values())).toBeGreaterThan(800);
    expect(Math.max(...counts.values())).toBeLessThan(1250);
  });

  test('64 MiB of random bytes take less than 2 s', () => {
    const begin = processorTime();
    expect(bytes(random('a', 64 * 1024 * 1024))).toHaveLength(64 * 1024 * 1024);
    expect(processorTime() - begin).toBeLessThan(2000);
  });
});

describe('describePayload', () => {
  test.each<[Payload, string]>([
    [{ kind: 'text', text: 'a\n' }, '"a\\n"'],
    [{ kind: 'line', text: 'hello', newline: 'lf' }, 'the line "hello"'],
    [{ kind: 'line', text: 'hello', newline: 'crlf' }, 'the line "hello" (CRLF)'],
    [{ kind: 'hex', hex: '00 01 02 03 04' }, '5 bytes (hex)'],
    [{ kind: 'hex', hex: '00' }, '1 byte (hex)'],
    [{ kind: 'base64', base64: 'AP8=' }, '2 bytes (base64)'],
    [{ kind: 'file', path: 'logo.png', base64: 'AP8=' }, 'the file logo.png (2 bytes)'],
    [{ kind: 'repeat', unit: 'x', bytes: 65536 }, '65536 × x'],
    [{ kind: 'repeat', unit: '\n', bytes: 2 }, '2 × \\n'],
    [{ kind: 'repeat', unit: 'ab', bytes: 10 }, '10 bytes of "ab" repeated'],
    [{ kind: 'random', label: 'a', bytes: 1048576 }, '1048576 random bytes'],
    [{ kind: 'random', label: 'a', bytes: 1 }, '1 random byte'],
    [{ kind: 'join', parts: [] }, '0 bytes'],
    [
      {
        kind: 'join',
        parts: [
          { kind: 'text', text: 'a' },
          { kind: 'hex', hex: '00' },
        ],
      },
      '"a" + 1 byte (hex)',
    ],
    [
      { kind: 'join', parts: ['a', 'b', 'c', 'd', 'e'].map((text) => ({ kind: 'text', text })) },
      '"a" + "b" + "c" + 2 more',
    ],
  ])('%j', (payload, description) => {
    expect(describePayload(payload)).toBe(description);
  });

  test('stays short', () => {
    expect(describePayload({ kind: 'text', text: 'x'.repeat(1000) }).length).toBeLessThan(100);
  });
});
