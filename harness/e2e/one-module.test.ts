import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A verb, a matcher, a format and an observation are added to a copy of the sources, each as one module and one entry in
 * its registry: nothing else may be needed for the compiler, the reader, the reference, the editors, and a run.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const VERB = `import * as v from 'valibot';
import { name, text } from '../base/fields.ts';
import { ON_KEY } from './about-keys.ts';
import { defineStep } from './definition.ts';
import { fail, PASS } from './outcome.ts';
import { useConnection } from './scope.ts';

export const greet = defineStep({
  verb: 'greet',
  summary: 'Send a greeting and a newline.',
  about: {
    group: 'bytes',
    keys: { on: ON_KEY, who: 'Whom to greet.' },
    examples: ['greet: { who: world }'],
  },
  shorthand: 'who',
  schema: v.strictObject({ on: v.exactOptional(name, ''), who: text }),
  asserts: false,
  patience: 'default',
  scope: (args, scope) => useConnection(args, scope),
  sentence: ({ on, who }) => \`Greet \${who} on \${on}.\`,
  byHand: ({ on, who }) => ({
    kind: 'send',
    conn: on,
    payload: { kind: 'line', text: \`hello \${who}\`, newline: 'lf' },
  }),
  run: ({ on, who }, context) => context.send(on, Buffer.from(\`hello \${who}\\n\`), {}),
  judge: (_, view) => (view.observed('greeted')?.times === 0 ? fail({ cause: 'state', summary: 'No greeting.' }) : PASS),
});
`;

const MATCHER = `import * as v from 'valibot';
import { decideAtEnd, type Matcher } from '../matcher.ts';
import { defineMatcher } from './definition.ts';

export const palindrome = defineMatcher({
  kind: 'palindrome',
  about: 'The message reads the same backwards.',
  schema: () => v.literal(true, 'is true'),
  build: () => palindromeMatcher(),
  sentence: () => 'read the same backwards',
});

function palindromeMatcher(): Matcher {
  const mismatch = (message: Buffer) =>
    message.equals(Buffer.from(message).reverse())
      ? undefined
      : { cause: 'different' as const, at: 0, description: 'it reads differently backwards' };
  return {
    kind: 'palindrome',
    wantsNewline: false,
    emptyLine: 'no_match',
    mismatch,
    decider: () => decideAtEnd({ mismatch }),
    describe: () => 'something that reads the same backwards',
    lenient: palindromeMatcher,
  };
}
`;

const FORMAT = `import type { ReportFormat } from './format.ts';

export const points: ReportFormat = {
  file: 'points.txt',
  about: 'a line for each scenario',
  load: async () => (report) => report.scenarios.map(({ id, status }) => \`\${id} \${status}\\n\`).join(''),
};
`;

const OBSERVATION = `import { defineObservation } from './definition.ts';

export interface Greeted {
  readonly what: 'greeted';
  readonly program: string;
  readonly times: number;
}

export const greeted = defineObservation<Greeted>({
  what: 'greeted',
  describe: ({ program, times }) => \`\${program} was greeted \${times} times\`,
});
`;

const SPEC = `title: Echo
programs: { server: { variants: [{ file: server.py, run: "python3 server.py \${{ port }}" }] } }
scenarios:
  - id: greeting
    title: It greets
    steps:
      - start: server
      - connect: a
      - greet: world
      - expect: { read: line, equals: hello world }
      - send: { line: abba }
      - expect: { read: line, palindrome: true }
      - greet: world
      - expect: { read: line, palindrome: true }
`;

const SERVER = `import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('127.0.0.1', int(sys.argv[1])))
s.listen()
while True:
    c, _ = s.accept()
    while data := c.recv(1000):
        c.sendall(data)
    c.close()
`;

let root: string;

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'one-module-'));
  for (const name of ['package.json', 'package-lock.json', 'tsconfig.json', 'LICENSE'])
    cpSync(path.join(ROOT, name), path.join(root, name));
  for (const name of ['harness', 'specs', 'docs'])
    cpSync(path.join(ROOT, name), path.join(root, name), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Adds a module, and its entry with the import that it needs before a line of the registry. */
function add(module: string, source: string, registry: string, entry: string, before: string): void {
  const folder = path.dirname(registry);
  writeFileSync(path.join(root, 'harness', module), source);
  const file = path.join(root, 'harness', registry);
  const text = readFileSync(file, 'utf8');
  expect(text.split(before)).toHaveLength(2);
  const line = `import { ${entry} } from './${path.relative(folder, module)}';\n`;
  writeFileSync(file, line + text.replace(before, `${entry},\n${before}`));
}

const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
const cli = (...args: string[]) => run('dist/cli/main.js', ...args);

test('a verb, a matcher, a format and an observation are one module each, and one entry in a registry', () => {
  add('steps/greet.ts', VERB, 'steps/index.ts', 'greet', '  note,\n');
  add('match/matchers/palindrome.ts', MATCHER, 'match/matchers/index.ts', 'palindrome', '  not,\n');
  add('report/formats/points.ts', FORMAT, 'report/formats/index.ts', 'points', '  tap: {\n');
  add('model/observations/greeted.ts', OBSERVATION, 'model/observations/index.ts', 'greeted', '  stopped,\n');
  expect(run('harness/scripts/build.mjs')).toMatchObject({ status: 0, stdout: '' });

  const spec = path.join(root, 'echo.grade.yaml');
  writeFileSync(spec, SPEC);
  expect(cli('validate', spec)).toMatchObject({ status: 0 });
  const explained = cli('explain', spec).stdout;
  expect(explained).toContain('Greet world on a.');
  expect(explained).toContain('it must read the same backwards');
  expect(explained).toContain("printf 'hello world\\n'");
  expect(cli('validate', writeWrong())).toMatchObject({
    status: 2,
    stdout: expect.stringContaining('"who"'),
  });

  const submission = path.join(root, 'submission');
  mkdirSync(submission);
  writeFileSync(path.join(submission, 'server.py'), SERVER);
  const graded = cli(
    ...['run', submission, '--spec', spec, '--isolation', 'none'],
    ...['--report', 'terminal', '--report', 'points=-'],
  );
  expect(graded.stdout).toContain('greeting fail\n');
  expect(graded.stdout).toContain('something that reads the same backwards');
  expect(graded.stdout).toContain('step 8');

  const described = run(
    ...['--input-type=module', '--eval'],
    `import { describeObservation } from './dist/model/observations/index.js';
    console.log(describeObservation({ what: 'greeted', program: 'server', times: 2 }));`,
  );
  expect(described.stdout).toBe('server was greeted 2 times\n');

  expect(run('harness/scripts/specs.mjs')).toMatchObject({ status: 0 });
  const reference = readFileSync(path.join(root, 'specs/REFERENCE.md'), 'utf8');
  expect(reference).toContain('#### `greet`\n\nSend a greeting and a newline.');
  expect(reference).toContain('| `palindrome` | `true` | The message reads the same backwards. |');
  expect(readFileSync(path.join(root, 'docs/REPORTS.md'), 'utf8')).toContain('| `points` | ');
  expect(readFileSync(path.join(root, 'harness/cli/help/format-names.ts'), 'utf8')).toContain(
    "  'points',\n",
  );
  const schema = readFileSync(path.join(root, 'specs/assignment.schema.json'), 'utf8');
  expect(schema).toContain('Whom to greet.');
  expect(schema).toContain('The message reads the same backwards.');
});

function writeWrong(): string {
  const file = path.join(root, 'wrong.grade.yaml');
  writeFileSync(file, SPEC.replace('greet: world', 'greet: { whom: world }'));
  return file;
}

test('a part that is forgotten does not compile', () => {
  const forget = (file: string, line: RegExp) => {
    const at = path.join(root, 'harness', file);
    const whole = readFileSync(at, 'utf8');
    writeFileSync(at, whole.replace(line, ''));
    expect(readFileSync(at, 'utf8')).not.toBe(whole);
  };
  forget('steps/greet.ts', /^ {2}sentence:.*\n/m);
  forget('match/matchers/palindrome.ts', /^ {4}mismatch,\n/m);
  forget('report/formats/points.ts', /^ {2}about:.*\n/m);
  forget('model/observations/greeted.ts', /^ {2}describe:.*\n/m);
  const compiled = run('node_modules/typescript/bin/tsc', '--noEmit');
  expect(compiled.status).not.toBe(0);
  for (const file of ['steps/greet.ts', 'matchers/palindrome.ts', 'formats/points.ts', 'greeted.ts'])
    expect(compiled.stdout).toContain(file);
});
