import fc from 'fast-check';
import { bytesToText, textToBytes } from './text.ts';

test('any bytes survive as text, also through JSON', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = JSON.parse(JSON.stringify(bytesToText(bytes))) as string;
      expect([...textToBytes(text)]).toEqual([...bytes]);
    }),
  );
});

test('text is UTF-8', () => {
  expect(textToBytes('grüß 🎉')).toEqual(Buffer.from('grüß 🎉', 'utf8'));
  expect(bytesToText(Buffer.from('grüß 🎉', 'utf8'))).toBe('grüß 🎉');
});

test('a byte that is no text stands as a lone surrogate', () => {
  expect(bytesToText(Buffer.of(0x61, 0xff, 0x62))).toBe('a\udcffb');
  expect(textToBytes('a\udcffb')).toEqual(Buffer.of(0x61, 0xff, 0x62));
});
