import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PLATFORMS } from '../../platform/index.ts';
import { FORMATS } from '../../report/formats/index.ts';
import { FORMAT_NAMES } from './format-names.ts';
import { HELP, HELP_TEXTS } from './index.ts';
import { listed } from './listed.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

import { PLATFORM_NAMES } from './platform-names.ts';

test('the report formats are those of the registry (else: npm run build && npm run generate)', () => {
  expect(FORMAT_NAMES).toEqual(Object.keys(FORMATS));
});

test('the platforms are those of the registry (else: npm run build && npm run generate)', () => {
  expect(PLATFORM_NAMES).toEqual(Object.keys(PLATFORMS));
});

test('docs/REPORTS.md has a row for each format, as the registry says (else: npm run generate)', () => {
  const page = readFileSync(path.join(ROOT, 'docs/REPORTS.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([\w-]+)` \| .* \| (.*) \|$/gm)].map(([, name, about]) => [
    name,
    about,
  ]);
  expect(rows).toEqual(Object.entries(FORMATS).map(([name, { about }]) => [name, about]));
});

test.each([['', HELP], ...Object.entries(HELP_TEXTS)])('the help of %s fits a terminal', (_, text) => {
  for (const line of text.split('\n')) {
    expect(line.length).toBeLessThanOrEqual(80);
    expect(line).not.toMatch(/^\s*[,;.:]|\s$/);
    // Completion reads one option from each line.
    expect(line).not.toMatch(/^ {2}--.*, --/);
  }
});

test('every command is in the general help, and none besides', () => {
  const named = [...HELP.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
  expect(named.sort()).toEqual([...Object.keys(HELP_TEXTS), 'help'].sort());
});

test('names are listed without a line that begins with a comma', () => {
  const names = Array.from({ length: 30 }, (_, at) => `format-${at}`);
  const lines = listed(names, 2).trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(3);
  expect(
    lines
      .join(' ')
      .split(/, +/)
      .map((name) => name.trim()),
  ).toEqual(names);
  for (const line of lines) expect(line).toMatch(/^ {2}format-.{0,76}$/);
});
