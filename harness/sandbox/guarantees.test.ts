import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { abuses } from '../testing/abuse.ts';
import { ROOT } from '../testing/cli.ts';
import { SHOWN_BY } from '../testing/guarantee-tests.ts';
import { guarantees, guaranteesTable, lostAt } from './guarantees.ts';

const LEVELS = ['full', 'uid', 'none'] as const;
const KNOWN = new Set(abuses().map(({ name }) => name));

test('every cell of the table is shown: what holds by a test, what is lost by what reports say', () => {
  const bare = guarantees().flatMap((guarantee) => LEVELS.flatMap((level) => unshown(guarantee, level)));
  expect(bare).toEqual([]);
});

/** What is missing to show one cell. */
function unshown(guarantee: ReturnType<typeof guarantees>[number], level: (typeof LEVELS)[number]): string[] {
  const { abuses: hostile = [], tests = {} } = SHOWN_BY[guarantee.id];
  const cell = `${guarantee.id} at ${level}`;
  if (guarantee[level] === 'lost') return lostAt(level).includes(guarantee.lost ?? '') ? [] : [cell];
  if (guarantee[level] === 'not applicable') return [];
  const missing = hostile.filter((name) => !KNOWN.has(name));
  if (missing.length > 0) return [`${cell}: there is no ${missing.join(', ')}`];
  const test = tests[level];
  if (test === undefined) return hostile.length > 0 ? [] : [cell];
  const [file, name] = test;
  const source = readFileSync(path.join(ROOT, 'harness', file), 'utf8');
  return source.includes(name) ? [] : [`${cell}: no test ${name}`];
}

test('every hostile submission shows a guarantee', () => {
  expect(abuses().filter(({ levels }) => levels.length === 0)).toEqual([]);
});

test('nothing is lost at level full', () => {
  expect(lostAt('full')).toEqual([]);
});

test('SECURITY.md has the table', () => {
  const file = path.join(ROOT, 'SECURITY.md');
  expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toContain(guaranteesTable());
});
