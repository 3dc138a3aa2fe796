import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { cell, csv } from './csv.ts';

test('no cell is a formula, whatever it holds; numbers stay numbers', () => {
  for (const text of ['=1+1', '+cmd', '-2+3', '@SUM(A1)', ' =x', '\t=x', '\r\n=x', '＝x'])
    expect(cell(text).startsWith("'")).toBe(true);
  const harmless = ['-2', '-0.5', '+3', '-', 'a=b', 'a; b', '1;-2', '-;-', ''];
  expect(harmless.map(cell)).toEqual(harmless);
  expect(['x;=cmd|calc;', 'x; "=1"', '-2;+a', '-2a'].map(cell)).toEqual([
    "x;'=cmd|calc;",
    `x;' "=1"`,
    "-2;'+a",
    "'-2a",
  ]);
  expect(csv([['Ada', 'x;=cmd|calc;', 'y']])).toBe(`Ada,"x;'=cmd|calc;",y\n`);
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (texts) => {
      const [row = []] = parse(csv([texts, ['end']]), { relax_column_count: true }) as string[][];
      expect(row).toHaveLength(texts.length);
      for (const text of row)
        for (const part of text.split(';')) expect(part).not.toMatch(/^[\s"]*[=+\-@](?!\d+([.,]\d+)?$)./su);
    }),
  );
});
