import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCli } from '../testing/cli.ts';
import { PROGRAMS, script } from '../testing/guide-programs.ts';
import { gradeInline } from '../testing/inline.ts';
import { reference } from '../testing/reference.ts';
import { diagnose, withSteps } from '../testing/spec-text.ts';
import { FILE_KEYS } from './about-file.ts';
import { limitsSchema } from './limits-schema.ts';
import { COLLECTIONS, headSchema, scenarioSchema } from './schema.ts';

const SPECS = new URL('../../specs/', import.meta.url);
const guide = readFileSync(new URL('README.md', SPECS), 'utf8');
const blocks = (language: string) =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    (match) => match[1] ?? '',
  );
const [first = '', lastStep = '', ...others] = blocks('yaml');
/** The first example, fixed as the text says. */
const repaired = first.replace(/^ {6}- expect: .*\n/m, `      ${lastStep}`);

const PNG = Buffer.from('89504e470d0a1a0a0000ff', 'hex');

test('the reference is current (else: npm run build && node harness/scripts/specs.mjs)', () => {
  expect(readFileSync(new URL('REFERENCE.md', SPECS), 'utf8')).toBe(reference());
});

test('every key of a file has its sentence, and no other', () => {
  const keys = (schema: { entries: object }) => Object.keys(schema.entries).sort();
  expect(Object.keys(FILE_KEYS.assignment).sort()).toEqual(keys(headSchema));
  expect(Object.keys(FILE_KEYS.scenario).sort()).toEqual(keys(scenarioSchema));
  expect(Object.keys(FILE_KEYS.program).sort()).toEqual(keys(COLLECTIONS.programs.schema));
  expect(Object.keys(FILE_KEYS.limits).sort()).toEqual(keys(limitsSchema));
  expect(Object.keys(FILE_KEYS.template).sort()).toEqual(keys(COLLECTIONS.templates.schema));
  expect(Object.keys(FILE_KEYS.variant).sort()).toEqual(
    keys(COLLECTIONS.programs.schema.entries.variants.wrapped.pipe[0].item),
  );
});

test('the guide has its examples', () => expect(others.length).toBeGreaterThan(7));

/** What a server says to the examples that are only steps, by the beginning of their first step. */
const SCRIPTS: Readonly<Record<string, string>> = {
  '- expect: { read: line, contains: Ada }': script(
    'Hello, Ada!\nDATAa b;\u0000\u0005hellowhatever',
    'pause',
    '3 items\n',
  ),
  '- expect: { read: line, any_of': script('Hi there\n Wel come\nfine\n'),
  '- expect: { read: line, regex': script('session 4711\n', 'line', 'closed 4711\n'),
  '- expect: { nothing: true': script('eof'),
};

test.each(others.map((text) => [text.split('\n')[0] ?? '', text]))(
  'a program that does what the example "%s" asks for passes it',
  async (begin, text) => {
    const isSteps = text.startsWith('- ');
    const whole = isSteps
      ? withSteps('start: server', 'connect: a').concat(text.replace(/^(?=.)/gm, '      '))
      : text;
    const title = /^title: (.*)$/m.exec(text)?.[1] ?? '';
    const key = Object.keys(SCRIPTS).find((one) => begin.startsWith(one)) ?? '';
    const programs = isSteps ? { 'server.py': SCRIPTS[key] ?? '' } : (PROGRAMS[title] ?? {});
    const beside = { 'hello.grade.yaml': repaired, 'logo.png': PNG };
    expect(diagnose(whole, { files: beside })).toBe('');
    const report = await gradeInline(programs, whole, {}, beside);
    expect(report.scenarios.map(({ id, findings }) => [id, findings])).toEqual(
      report.scenarios.map(({ id }) => [id, []]),
    );
    expect(report.status).toBe('pass');
  },
);

test('the example of the README passes, too', async () => {
  const readme = readFileSync(new URL('../README.md', SPECS), 'utf8');
  const examples = [...readme.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
  expect(examples.length).toBeGreaterThan(0);
  for (const text of examples) {
    const report = await gradeInline(PROGRAMS[/^title: (.*)$/m.exec(text)?.[1] ?? ''] ?? {}, text);
    expect([report.status, report.scenarios.length > 0]).toEqual(['pass', true]);
  }
});

test('all verbs of the guide are in the reference, and its table of bytes says what the reader does', () => {
  const written = [...guide.matchAll(/^\| [^|]+ \| (.+?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\{[^`]+\}|send: [^`]+)`/g)].map((match) => match[1] ?? ''),
  );
  expect(written.length).toBeGreaterThan(7);
  for (const text of written) {
    const step = text.startsWith('send') ? text : `send: ${text}`;
    expect(
      diagnose(withSteps('start: server', 'connect: a', step, 'expect: x'), { files: { 'logo.png': 'x' } }),
    ).toBe('');
  }
});

describe('the first scenario, as the guide goes', () => {
  let folder: string;
  const file = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'guide-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('the mistake is reported as it stands there', async () => {
    file('hello.grade.yaml', first);
    const { stdout, code } = await runCli(['validate', 'hello.grade.yaml'], { cwd: folder });
    const shown =
      /^\$ npx socket-grader validate hello\.grade\.yaml\n([\s\S]*?)^```$/m.exec(guide)?.[1] ?? '';
    expect(shown).toContain('error:');
    expect(stdout.startsWith(shown)).toBe(true);
    expect(code).toBe(2);
  });

  test('the fixed one passes the right server, and fails a wrong one', async () => {
    const [server = ''] = blocks('python');
    file('hello.grade.yaml', repaired);
    file('server.py', server);
    const right = await runCli(
      ['run', 'server.py', '--spec', 'hello.grade.yaml', '--out', 'out', '--trace'],
      { cwd: folder },
    );
    expect([right.code, right.stderr]).toEqual([0, expect.stringMatching(/^1\/1 pass greets [\d.]+ s\n$/)]);
    expect(right.stdout).toContain('1 passed');
    file('server.py', server.replace('!\\n"', '!"'));
    const wrong = await runCli(['run', 'server.py', '--spec', 'hello.grade.yaml', '--out', 'out'], {
      cwd: folder,
    });
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toMatch(/newline/);
    expect(readdirSync(folder)).toContain('out');
  });
});
