import { readFileSync } from 'node:fs';
import { diagnosticsNow, goldenCases } from '../testing/golden.ts';

/** Renewed with `npm run build && node harness/scripts/specs.mjs`; look at the difference before you commit it. */
const cases = goldenCases(readFileSync(new URL('diagnostics.golden.txt', import.meta.url), 'utf8'));

test('the golden texts could be read', () => {
  expect(cases.length).toBeGreaterThan(60);
  for (const { kind } of cases) expect(kind).toMatch(/^(file|steps)$/);
});

test.each(cases)('$kind: $title', (one) => {
  expect(diagnosticsNow(one)).toBe(one.diagnostics);
});

test.each(cases)('each complaint has a place, the line and a caret: $title', ({ diagnostics }) => {
  if (diagnostics === '') return;
  const lines = diagnostics.split('\n');
  expect(lines.length % 3).toBe(0);
  for (let at = 0; at < lines.length; at += 3) {
    expect(lines[at]).toMatch(/^x\.yaml:\d+:\d+: (error|warning): \S/);
    expect(lines[at + 1]).toMatch(/^ *\d+ \|/);
    expect(lines[at + 2]).toMatch(/^ {6}\| *\^+( \S|$)/);
  }
});
