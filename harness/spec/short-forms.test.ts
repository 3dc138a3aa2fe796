import { gradeInline, statuses } from '../testing/inline.ts';
import { diagnose, readRight } from '../testing/spec-text.ts';
import { explainAssignment } from './explain.ts';

const SPEC = (programs: string, defaults: string, steps: string[]) =>
  [
    'title: short',
    `programs: ${programs}`,
    `defaults: ${defaults}`,
    'scenarios:',
    '  - id: one',
    '    title: One',
    '    steps:',
    ...steps.map((step) => `      - ${step}`),
    '',
  ].join('\n');

const args = (text: string) => [...readRight(text).plans.values()][0]?.[0]?.steps.map((step) => step.args);

test('the newline of the defaults is that of all lines on connections that say nothing else', () => {
  const steps = [
    'start: server',
    'connect: a',
    'send: { line: hi }',
    'send: { join: [{ lines: [a, b] }, { line: c, newline: lf }] }',
    'send: { http: { headers: { line: x }, body: { line: x } } }',
    'expect: { any_of: [{ equals: { line: OK } }, { contains: { lines: [x] } }] }',
    'expect: { json: { "$.line": x } }',
    'in_any_order: [{ expect: { read: line, equals: { line: x } } }, { expect: { read: line, contains: y } }]',
    'stdin: { line: quit }',
    'check: { program: server, stdout: { contains: { line: done } } }',
  ];
  const planned = args(SPEC('{ server: {} }', '{ newline: crlf }', steps));
  expect(planned?.slice(2)).toMatchObject([
    { line: 'hi', newline: 'crlf' },
    {
      join: [
        { lines: ['a', 'b'], newline: 'crlf' },
        { line: 'c', newline: 'lf' },
      ],
    },
    { http: { headers: { line: 'x' }, body: { line: 'x', newline: 'crlf' } } },
    {
      any_of: [{ equals: { line: 'OK', newline: 'crlf' } }, { contains: { lines: ['x'], newline: 'crlf' } }],
    },
    { json: { '$.line': 'x' } },
    { of: [{ expect: { equals: { line: 'x', newline: 'crlf' } } }, {}] },
    {},
    {},
  ]);
  const [, , , , http, , json, , stdin, check] = planned ?? [];
  expect(JSON.stringify([http?.http, json, stdin, check])).not.toMatch(/"headers":\{[^}]*newline/);
  expect(JSON.stringify([json, stdin, check])).not.toContain('newline');
});

test('a scenario has a newline of its own, and explain says where it comes from', () => {
  const text = SPEC('{ server: {} }', '{ newline: crlf }', [
    'start: server',
    'connect: a',
    'send: { line: hi }',
    'expect: { line: hi }',
  ]).replace('expect: { line: hi }', 'expect: { equals: { line: hi } }');
  expect(explainAssignment(readRight(text))).toContain('newline crlf (line 3)');
  const own = text.replace('    title: One', '    title: One\n    defaults: { newline: lf }');
  expect(args(own)?.[2]).toMatchObject({ newline: 'lf' });
  expect(diagnose(text.replace('newline: crlf', 'newline: cr'))).toContain('must be lf or crlf');
});

test('one way to build and start a program is written without variants', () => {
  const steps = ['start: server', 'connect: a', 'expect: hi'];
  const spec = readRight(
    SPEC('{ server: { file: server.c, build: "gcc server.c -o s", run: "./s ${{ port }}" } }', '{}', steps),
  ).spec;
  expect(spec.programs.server?.variants).toEqual([
    { file: 'server.c', build: 'gcc server.c -o s', run: './s ${{ port }}' },
  ]);
  expect(diagnose(SPEC('{ server: { build: make } }', '{}', steps))).toContain('"build" goes with "run"');
  expect(diagnose(SPEC('{ server: { build: "make && ls", run: ./s } }', '{}', steps))).toContain(
    'add shell: true',
  );
  expect(diagnose(SPEC('{ server: { build: "make ${{ nmae }}", run: ./s } }', '{}', steps))).toContain(
    'unknown name "nmae"',
  );
});

test('what is typed at the start is a text or a payload', async () => {
  const program = `import sys
lines = sys.stdin.read().split("\\n")
print("|".join(lines), sys.argv[1] in lines)
`;
  const spec = SPEC(
    '{ client: { run: "python3 client.py ${{ port }}", stdin: { lines: [ada, eve] }, stdin_eof: true } }',
    '{ newline: crlf }',
    [
      'start: client',
      'check: { program: client, is: exited, code: 0 }',
      'check: { program: client, stdout: { equals: { line: "ada|eve| False" } } }',
    ],
  );
  const graded = await gradeInline({ 'client.py': program }, spec);
  expect(statuses(graded)).toEqual({ one: 'pass' });
  const texted = spec
    .replace('{ lines: [ada, eve] }', '"ada\\n${{ port }}"')
    .replace('ada|eve| False', 'ada|PORT True');
  const other = await gradeInline(
    { 'client.py': program.replace('"|".join(lines)', '"|".join(lines).replace(sys.argv[1], "PORT")') },
    texted,
  );
  expect(statuses(other)).toEqual({ one: 'pass' });
  expect(diagnose(spec.replace('lines: [ada, eve]', 'line: a, hex: "00"'))).toContain(
    '"stdin" has line and hex',
  );
});
