import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import * as v from 'valibot';
import { STEPS } from '../steps/index.ts';
import { isTemplate } from '../steps/template.ts';
import { readText } from '../testing/spec-text.ts';
import { explainAssignment } from './explain.ts';
import type { Assignment } from './read.ts';
import { renderDiagnostics } from './render.ts';

/** Thorough: `MUTATIONS=10000 npx jest hostile`. */
const RUNS = Number(process.env.MUTATIONS ?? 400);
/** Longest time for one file, in milliseconds of the processor: other tests run at the same time. */
const LIMIT = 1000;

const SPECS = new URL('../../specs/', import.meta.url);
const shipped = readdirSync(SPECS)
  .filter((name) => name.endsWith('.grade.yaml'))
  .map((name) => readFileSync(new URL(name, SPECS), 'utf8'));
/** What stands in the folders beside them, for payloads that are files. */
const files = Object.fromEntries(
  readdirSync(SPECS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.relative(fileURLToPath(SPECS), path.join(parentPath, name)))
    .filter((name) => name.includes('/'))
    .map((name) => [name, readFileSync(new URL(name, SPECS))]),
);

/** A diagnostic with a place, or a plan that works; never anything else. */
function examine(content: string | Uint8Array): 'right' | 'wrong' {
  const began = process.cpuUsage();
  const read = readText(content, { files });
  const { user, system } = process.cpuUsage(began);
  expect((user + system) / 1000).toBeLessThan(LIMIT);
  if ('diagnostics' in read) {
    expect(read.diagnostics.length).toBeGreaterThan(0);
    for (const { file, line, column, length, message, excerpt } of read.diagnostics) {
      expect(file).toBe('x.yaml');
      expect(message).toMatch(/\S/);
      expect(line).toBeGreaterThanOrEqual(1);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(column).toBeLessThanOrEqual(excerpt.length + 1);
      expect(length).toBeGreaterThanOrEqual(1);
    }
    const shown = renderDiagnostics(read.diagnostics);
    expect(shown.split('\n')).toHaveLength(3 * read.diagnostics.length);
    return 'wrong';
  }
  checkPlans(read);
  expect(explainAssignment(read)).toContain(read.spec.scenarios[0]?.title.trim().split(/\s/)[0] ?? '');
  return 'right';
}

function checkPlans({ plans, spec }: Assignment): void {
  expect([...plans.keys()]).toEqual(spec.scenarios.map(({ id }) => id));
  for (const step of [...plans.values()].flat().flatMap((plan) => plan.steps)) {
    const definition = STEPS.get(step.verb);
    const { within, ...args } = step.args;
    if (JSON.stringify(args).includes('$template')) continue;
    expect(isTemplate(args)).toBe(false);
    if (!definition || !v.safeParse(definition.schema, args).success)
      throw new Error(`step ${step.index} can't run: ${JSON.stringify(step)}`);
    if (within !== undefined) expect(within).toEqual(expect.any(Number));
  }
}

/** What people mistype, and what YAML makes something else of. */
const SNIPPETS = [
  ' ',
  '\t',
  ':',
  ': ',
  ' #',
  '-',
  '- ',
  '? ',
  '|',
  '>',
  '&a ',
  '*a',
  '!',
  '!!binary ',
  '@',
  '`',
  '%',
  '"',
  "'",
  '\\',
  ',',
  '[',
  ']',
  '{',
  '}',
  '[[[[',
  '{a: {b: ',
  '<<: ',
  '---\n',
  '...\n',
  '\n',
  '\r',
  '\r\n',
  '\u0000',
  '\u0007',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\ud800',
  '🙂',
  'é',
  '~',
  'null',
  'no',
  '0755',
  '1e999',
  '.nan',
  '-1',
  '9007199254740993',
  '"\\xff"',
  '${{',
  '}}',
  '${{ port }}',
  '${{ x }}',
  '$${{',
  '$template',
  '__proto__',
  'constructor',
  'toString',
  'extends: ./x.yaml\n',
  'use: x',
  'steps: []',
  'within: 5',
  'matrix: { a: [1, 2] }',
  'only_if: { a: b }',
  'file: /etc/passwd',
  'bytes: 64MiB',
  'repeat',
  'parallel',
  'templates:\n',
];

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), at: place, text: fc.constantFrom(...SNIPPETS) }),
  fc.record({ kind: fc.constant('remove' as const), at: place, count: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ kind: fc.constant('replace' as const), at: place, text: fc.constantFrom(...SNIPPETS) }),
  fc.record({ kind: fc.constant('cut' as const), at: place }),
  fc.record({ kind: fc.constant('double line' as const), at: place }),
  fc.record({ kind: fc.constant('drop line' as const), at: place }),
  fc.record({ kind: fc.constant('move line' as const), at: place, to: place }),
  fc.record({ kind: fc.constant('indent' as const), at: place, by: fc.integer({ min: -4, max: 4 }) }),
  fc.record({ kind: fc.constant('word' as const), at: place, to: place }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(text: string, change: Mutation): string {
  const at = Math.floor(change.at * text.length);
  const lines = text.split('\n');
  const line = Math.floor(change.at * lines.length);
  switch (change.kind) {
    case 'insert':
      return text.slice(0, at) + change.text + text.slice(at);
    case 'remove':
      return text.slice(0, at) + text.slice(at + change.count);
    case 'replace':
      return text.slice(0, at) + change.text + text.slice(at + change.text.length);
    case 'cut':
      return text.slice(0, at);
    case 'double line':
      return lines.toSpliced(line, 0, lines[line] ?? '').join('\n');
    case 'drop line':
      return lines.toSpliced(line, 1).join('\n');
    case 'move line':
      return lines
        .toSpliced(line, 1)
        .toSpliced(Math.floor(change.to * lines.length), 0, lines[line] ?? '')
        .join('\n');
    case 'indent': {
      const old = lines[line] ?? '';
      return lines
        .toSpliced(line, 1, change.by < 0 ? old.slice(-change.by) : ' '.repeat(change.by) + old)
        .join('\n');
    }
    case 'word': {
      // A word of the file in the place of another: keys and values that exist, where they do not belong.
      const words = [...text.matchAll(/[\w-]+/g)];
      const from = words[Math.floor(change.at * words.length)];
      const other = words[Math.floor(change.to * words.length)];
      if (!from || !other) return text;
      return text.slice(0, from.index) + other[0] + text.slice(from.index + from[0].length);
    }
  }
}

test('shipped specifications are right', () => {
  expect(shipped.length).toBeGreaterThan(2);
  for (const text of shipped) expect(examine(text)).toBe('right');
});

test(`${RUNS} mutations of shipped specifications: a diagnostic with a place, or a plan that works`, () => {
  const seen = { right: 0, wrong: 0 };
  fc.assert(
    fc.property(
      fc.constantFrom(...shipped),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
      (text, changes) => {
        seen[examine(changes.reduce(mutate, text))]++;
      },
    ),
    { numRuns: RUNS },
  );
  expect(seen.right).toBeGreaterThan(RUNS / 100);
  expect(seen.wrong).toBeGreaterThan(RUNS / 10);
}, 600_000);

test('bytes that are no text', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...shipped),
      fc.array(fc.record({ at: place, byte: fc.integer({ min: 0, max: 255 }) }), {
        minLength: 1,
        maxLength: 5,
      }),
      (text, changes) => {
        const bytes = Buffer.from(text);
        for (const { at, byte } of changes) bytes[Math.floor(at * bytes.length)] = byte;
        examine(bytes);
      },
    ),
    { numRuns: RUNS / 4 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void examine(bytes)),
    { numRuns: RUNS / 4 },
  );
}, 600_000);
