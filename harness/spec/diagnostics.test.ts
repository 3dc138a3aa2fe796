import { readFileSync } from 'node:fs';
import { diagnose, withSteps } from '../testing/spec-text.ts';

/**
 * Golden texts: a title, what an author wrote (a whole file, or the steps of a scenario, which begin on line 7),
 * and what the author is told.
 */
const golden = readFileSync(new URL('diagnostics.golden.txt', import.meta.url), 'utf8');
const cases = golden
  .split(/^==== /m)
  .slice(1)
  .map((block) => {
    const [, kind = '', title = '', source = '', told = ''] =
      /^(file|steps): (.*)\n([\s\S]*?)\n----\n([\s\S]*)$/.exec(block) ?? [];
    return { kind, title, source, told: told.trimEnd() };
  });

test('the golden texts could be read', () => {
  expect(cases.length).toBeGreaterThan(60);
  for (const { kind } of cases) expect(kind).toMatch(/^(file|steps)$/);
});

test.each(cases)('$kind: $title', ({ kind, source, told }) => {
  const text =
    kind === 'file' ? source : withSteps(...source.split('\n').map((line) => line.replace(/^- /, '')));
  expect(diagnose(text)).toBe(told);
});

test.each(cases)('each complaint has a place, the line and a caret: $title', ({ told }) => {
  if (told === '') return;
  const lines = told.split('\n');
  expect(lines.length % 3).toBe(0);
  for (let at = 0; at < lines.length; at += 3) {
    expect(lines[at]).toMatch(/^x\.yaml:\d+:\d+: (error|warning): \S/);
    expect(lines[at + 1]).toMatch(/^ *\d+ \|/);
    expect(lines[at + 2]).toMatch(/^ {6}\| *\^+( \S|$)/);
  }
});
