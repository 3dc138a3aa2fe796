import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { STEPS } from '../steps/index.ts';
import { runCli } from '../testing/cli.ts';
import { assignmentJsonSchema } from '../testing/json-schema.ts';
import { diagnose, withSteps } from '../testing/spec-text.ts';

const SPECS = new URL('../../specs/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, SPECS), 'utf8');
const schema = assignmentJsonSchema();
const accepts = new Ajv({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allErrors: true,
  formats: { uri: true },
}).compile(schema);

/** What an editor says, as `PLACE: MESSAGE`. */
function complaints(text: string): string[] {
  accepts(parse(text));
  return (accepts.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, Object.values(params)[0]].join(' | '),
  );
}

test('the committed schema is current (else: npm run build && node harness/scripts/specs.mjs)', () => {
  expect(read('assignment.schema.json')).toBe(`${JSON.stringify(schema, null, 2)}\n`);
});

test('`socket-grader schema` prints it', async () => {
  const { stdout, code } = await runCli(['schema']);
  expect(code).toBe(0);
  expect(stdout).toBe(read('assignment.schema.json'));
});

test.each(readdirSync(SPECS).filter((name) => name.endsWith('.grade.yaml')))('%s is accepted', (name) => {
  expect(complaints(read(name))).toEqual([]);
});

test('looked-up values, extensions and all durations are accepted', () => {
  expect(
    complaints('extends: ./echo.grade.yaml\nscenarios: [{ id: a, remove: true }, { id: b, points: 2 }]'),
  ).toEqual([]);
  expect(
    complaints(
      withSteps(
        'start: server',
        'connect: a',
        'send: { repeat: x, bytes: "${{ n }}" }',
        'expect: { contains: x, within: 1.5s }',
      ),
    ),
  ).toEqual([]);
});

test('ready-made scenarios are known by name, with their values', () => {
  const text = (include: string) => `title: T\nprograms: { server: {} }\ninclude: ${include}\n`;
  expect(
    complaints(text('[listens, { scenario: fragments, with: { request: { line: a } }, points: 2 }]')),
  ).toEqual([]);
  expect(complaints(text('[listen]'))).not.toEqual([]);
  expect(complaints(text('[{ scenario: listens, with: { requst: a } }]')).join('\n')).toContain('requst');
});

const DOCUMENTS = [
  'README.md',
  'specs/README.md',
  'specs/REFERENCE.md',
  ...readdirSync(new URL('../docs/', SPECS)).map((name) => `docs/${name}`),
]
  .filter((name) => name.endsWith('.md'))
  .map((name) => [name, readFileSync(new URL(`../${name}`, SPECS), 'utf8')] as const);

/** The specifications and the lists of steps that the documentation shows. */
const EVERY = DOCUMENTS.flatMap(([name, text]) =>
  [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml = '']) => [name, yaml] as const),
);
const EXAMPLES = EVERY
  // The first one of the guide shows a mistake, which the editor must mark as well.
  .filter(([, yaml]) => /^(title|extends):|^- /m.test(yaml) && !yaml.includes('expect: { line:'));

test.each(EXAMPLES)('an example of %s is accepted', (_, yaml) => {
  const steps = yaml.startsWith('- ');
  const whole = steps ? `${withSteps('start: server')}${yaml.replace(/^(?=.)/gm, '      ')}` : yaml;
  if (steps || /^(title|extends):/m.test(yaml)) expect(complaints(whole)).toEqual([]);
});

/** Steps that stand in a sentence or a table, such as `expect: { closed: true }`; those with an … are sketches. */
const INLINE = DOCUMENTS.flatMap(([name, text]) =>
  [...text.matchAll(/`([a-z_]+: [^`\n]+)`/g)].map(([, step = '']) => [name, step] as const),
).filter(([, step]) => STEPS.has(step.slice(0, step.indexOf(':'))) && !/…|\bNAME\b|\.\.\./.test(step));

test('each step that stands in a sentence of the documentation is accepted', () => {
  expect(INLINE.length).toBeGreaterThan(3);
  const wrong = INLINE.flatMap(([name, step]) =>
    complaints(withSteps('start: server', step)).map((complaint) => `${name}: ${step}: ${complaint}`),
  );
  expect(wrong).toEqual([]);
});

test('the late policy that the documentation shows is right', () => {
  const [, policy = ''] =
    EVERY.find(([name, yaml]) => name === 'docs/BATCH.md' && yaml.startsWith('due:')) ?? [];
  const whole = `${withSteps('start: server', 'connect: a', 'expect: x')}late_policy:\n${policy.replace(/^(?=.)/gm, '  ')}`;
  expect(complaints(whole)).toEqual([]);
  expect(diagnose(whole)).toBe('');
});

test('completion shows of every key what it is for', () => {
  expect(undescribed(schema, '')).toEqual([]);
});

/** The places of keys without a description. */
function undescribed(part: unknown, place: string): string[] {
  if (Array.isArray(part)) return part.flatMap((each) => undescribed(each, place));
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([keyword, value]) => {
    if (['items', 'additionalProperties', 'anyOf'].includes(keyword)) return undescribed(value, place);
    if (keyword !== 'properties' && keyword !== 'definitions') return [];
    return Object.entries(value as Record<string, { description?: string } | false>).flatMap(
      ([key, inner]) => {
        const isNamed = keyword === 'definitions' || inner === false || inner.description !== undefined;
        const own = `${place}/${key}`;
        return [...(isNamed ? [] : [own]), ...undescribed(inner, own)];
      },
    );
  });
}

test('the second verb of a step is marked where it stands', () => {
  expect(complaints(withSteps('{ send: x, expect: { contains: y } }'))).toEqual([
    expect.stringMatching(/^\/scenarios\/0\/steps\/0\/(send|expect) \| boolean schema is false/),
  ]);
});

test.each([
  ['conect: a', '/scenarios/0/steps/0 | must NOT have additional properties | conect'],
  ['{ connect: a, nmae: x }', '/scenarios/0/steps/0 | must NOT have additional properties | nmae'],
  ['expect: { contains: x, within: 500 }', '/scenarios/0/steps/0/expect/within | must be string | string'],
  ['check: { port: server, is: listning }', '/scenarios/0/steps/0/check/is'],
  ['expect: { line: x }', '/scenarios/0/steps/0/expect | must NOT have additional properties | line'],
  ['send: { lien: x }', '/scenarios/0/steps/0/send | must NOT have additional properties | lien'],
])('a mistake has its own place: %s', (step, expected) => {
  expect(complaints(withSteps(step)).join('\n')).toContain(expected);
});
