import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { SpecError } from '../base/spec-error.ts';
import { gradeInline, specOf, statuses, verdictOf } from '../testing/inline.ts';

const SETUP = `
import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[1])))
s.listen()
`;
/** Sends back what comes, one client after another. */
const ECHO = `${SETUP}
while True:
    c, _ = s.accept()
    while data := c.recv(4096):
        c.sendall(data)
    c.close()
`;
/** Answers only once two are there; tells each what the other said. */
const PAIR = `${SETUP}
a, _ = s.accept()
b, _ = s.accept()
x, y = a.recv(100), b.recv(100)
a.sendall(y)
b.sendall(x)
a.recv(1)
`;

test('rounds follow each other, each with its number', async () => {
  const report = await gradeInline(
    { 'server.py': ECHO },
    specOf('server: {}', {
      rounds: `
    steps:
      - start: server
      - repeat:
          times: 3
          steps:
            - connect: client\${{ round }}
            - repeat: { times: 2, steps: [{ send: { line: "hello \${{ round }}" } }, { expect: { equals: { line: "hello \${{ round }}" } } }] }
            - close: client\${{ round }}
`,
      'second-fails': `
    steps:
      - start: server
      - connect: a
      - repeat:
          times: 3
          steps:
            - send: "\${{ round }}"
            - expect: { regex: "[13]", within: 1s }
`,
    }),
  );
  expect(statuses(report)).toEqual({ rounds: 'pass', 'second-fails': 'fail' });
  expect(
    verdictOf(report, 'rounds').runs[0]?.trace.events.filter(({ type }) => type === 'connected'),
  ).toHaveLength(3);
  expect(verdictOf(report, 'second-fails').findings[0]?.step?.name).toBe('expect (round 2 of 3)');
});

test('branches run at the same time, and each is judged by what is its own', async () => {
  const report = await gradeInline(
    { 'server.py': PAIR },
    specOf('server: {}', {
      together: `
    steps:
      - start: server
      - parallel:
          one:
            - connect: a
            - check: { conn: a, is: accepted }
            - send: from a
            - expect: { equals: from b }
          other:
            - connect: b
            - check: { conn: b, is: accepted }
            - send: from b
            - expect: { equals: from a }
      - close: a
      - close: b
`,
      'one-is-wrong': `
    steps:
      - start: server
      - parallel:
          one:
            - connect: a
            - check: { conn: a, is: accepted }
            - connect: b
            - check: { conn: b, is: accepted }
            - send: { on: a, text: from a }
            - send: { on: b, text: from b }
            - expect: { on: a, contains: from }
          other:
            - check: { program: server, is: running, for: 1ms }
            - check: { program: server, stdout: { contains: never }, within: 300ms }
            - check: { program: server, is: running }
      - note: not reached
`,
    }),
  );
  expect(statuses(report)).toEqual({ together: 'pass', 'one-is-wrong': 'fail' });
  const verdict = verdictOf(report, 'one-is-wrong');
  expect(verdict.findings.map(({ cause, step }) => [cause, step?.verb])).toEqual([['not_printed', 'check']]);
  const events = verdict.runs[0]?.trace.events ?? [];
  // The first branch ran to its end, the other one stopped, and nothing arrived after them.
  expect(events.filter(({ type }) => type === 'step_end')).toHaveLength(1 + 7 + 2);
  expect(events.some(({ type }) => type === 'note')).toBe(false);
});

test('two clients that connect at the same time are told apart', async () => {
  const client = `
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall(sys.stdin.readline().encode())
print(s.recv(100).decode(), flush=True)
`;
  const report = await gradeInline(
    { 'first-client.py': client, 'second-client.py': client },
    specOf('first-client: {}, second-client: {}', {
      both: `
    steps:
      - listen: l
      - parallel:
          one: [{ start: first-client }, { stdin: { program: first-client, line: x } }, { accept: a }, { expect: { equals: { line: x } } }, { send: to a }]
          two: [{ start: second-client }, { stdin: { program: second-client, line: x } }, { accept: b }, { expect: { equals: { line: x } } }, { send: to b }]
      - check: { program: first-client, stdout: { contains: to } }
      - check: { program: second-client, stdout: { contains: to } }
`,
    }),
  );
  expect(statuses(report)).toEqual({ both: 'pass' });
});

test('cleaning up happens whatever happened, and changes no verdict', async () => {
  const cleanup =
    '    cleanup: [{ send: { on: a, text: bye } }, { expect: { equals: nonsense, within: 1s } }, { note: done }]';
  const report = await gradeInline(
    { 'server.py': ECHO },
    specOf('server: {}', {
      passes: `    steps: [{ start: server }, { connect: a }, { send: hi }, { expect: { equals: hi } }]\n${cleanup}`,
      fails: `    steps: [{ start: server }, { connect: a }, { send: hi }, { expect: { equals: ho } }]\n${cleanup}`,
    }),
  );
  expect(statuses(report)).toEqual({ passes: 'pass', fails: 'fail' });
  for (const { findings, runs } of report.scenarios) {
    expect(runs[0]?.trace.events.filter(({ type }) => type === 'note')).toHaveLength(1);
    expect(findings.every(({ expected }) => !expected?.includes('nonsense'))).toBe(true);
  }
});

test('a scenario is skipped when one that it requires failed, and its points are lost', async () => {
  const ok = '[{ start: server }, { connect: a }, { send: hi }, { expect: { equals: hi } }]';
  const report = await gradeInline(
    { 'server.py': ECHO },
    specOf('server: {}', {
      last: `    requires: [middle]\n    steps: ${ok}`,
      middle: `    requires: [bad, good]\n    steps: ${ok}`,
      good: `    points: 2\n    steps: ${ok}`,
      bad: `    steps: ${ok.replace('equals: hi', 'equals: ho')}`,
      needsGood: `    requires: [good]\n    steps: ${ok}`,
    }).replaceAll('needsGood', 'needs-good'),
  );
  expect(statuses(report)).toEqual({
    last: 'skip',
    middle: 'skip',
    good: 'pass',
    bad: 'fail',
    'needs-good': 'pass',
  });
  expect(verdictOf(report, 'middle').findings[0]?.summary).toBe(
    'It was not tried: it requires "bad" (bad), which failed.',
  );
  expect(report).toMatchObject({ points: 3, maxPoints: 6 });
});

test('steps with points earn them one by one, rows by their share', async () => {
  const report = await gradeInline(
    { 'server.py': ECHO },
    specOf('server: {}', {
      steps: `
    steps:
      - { start: server, points: 1 }
      - connect: a
      - send: hi
      - { expect: { contains: ho, within: 300ms }, points: 2, soft: true }
      - { send: "!" }
      - { expect: { equals: "!" }, points: 3 }
      - { expect: { nothing: true, for: 10ms }, points: 0.5 }
`,
      rows: `
    points: 3
    scoring: by_row
    matrix: { text: [hi, ho, h] }
    steps: [{ start: server }, { connect: a }, { send: hi }, { expect: { starts_with: "\${{ matrix.text }}" } }]
`,
      rounds: `
    steps:
      - start: server
      - connect: a
      - repeat: { times: 3, steps: [{ send: "\${{ round }}" }, { expect: { contains: "1" , within: 500ms}, soft: true, points: 1 }] }
`,
    }),
  );
  expect(verdictOf(report, 'steps')).toMatchObject({ status: 'fail', points: 4.5, maxPoints: 6.5 });
  expect(verdictOf(report, 'rows')).toMatchObject({ status: 'fail', points: 2, maxPoints: 3 });
  // A step that is done several times must pass each time.
  expect(verdictOf(report, 'rounds')).toMatchObject({ status: 'fail', points: 0, maxPoints: 1 });
});

test('what nobody expected fails, is remarked on, or is ignored', async () => {
  const steps = (extra: string) =>
    `    steps: [{ start: server }, { connect: a }, { send: hi! }, { expect: { equals: hi${extra} } }]`;
  const report = await gradeInline(
    { 'server.py': ECHO },
    specOf('server: {}', {
      fails: steps(''),
      warns: `    defaults: { leftover: warn }\n${steps('')}`,
      ignores: steps(', leftover: ignore'),
      'step-wins': `    defaults: { leftover: ignore }\n${steps(', leftover: fail')}`,
    }),
  );
  expect(statuses(report)).toEqual({ fails: 'fail', warns: 'pass', ignores: 'pass', 'step-wins': 'fail' });
  expect(verdictOf(report, 'warns')).toMatchObject({
    points: 1,
    findings: [{ remark: true, cause: 'extra_bytes' }],
  });
  expect(verdictOf(report, 'ignores').findings).toEqual([]);
});

test('a failure is tried again only when asked for, and a late pass is called flaky', async () => {
  const base = await mkdtemp(path.join(os.tmpdir(), 'retries-'));
  try {
    // Each run leaves a line; the third one answers well.
    const program = (name: string) => `
with open("${base}/${name}", "a+") as f:
    f.write("x")
    f.seek(0)
    print("well" if len(f.read()) >= 3 else "badly")
`;
    const steps = 'steps: [{ start: client }, { check: { program: client, stdout: { contains: well } } }]';
    const graded = (name: string, retries: string) =>
      gradeInline({ 'client.py': program(name) }, specOf('client: {}', { it: `${retries}    ${steps}` }));
    expect(verdictOf(await graded('a', ''), 'it')).toMatchObject({ status: 'fail', attempts: 1 });
    expect(verdictOf(await graded('b', '    retries: 3\n'), 'it')).toMatchObject({
      status: 'fail',
      attempts: 1,
    });
    expect(verdictOf(await graded('c', '    retries: { times: 3, on: fail }\n'), 'it')).toMatchObject({
      status: 'pass',
      attempts: 3,
      flaky: true,
      findings: [],
    });
  } finally {
    await rm(base, { recursive: true, force: true });
  }
});

test('time passes in sleep', async () => {
  const report = await gradeInline(
    { 'server.py': ECHO },
    specOf('server: {}', {
      it: '    steps: [{ start: server }, { sleep: 150ms }, { check: { port: server, is: listening } }]',
    }),
  );
  const events = verdictOf(report, 'it').runs[0]?.trace.events ?? [];
  const [begin, end] = (['step_begin', 'step_end'] as const).map(
    (type) => events.find((event) => event.type === type && event.step === 1)?.t ?? 0,
  );
  expect((end ?? 0) - (begin ?? 0)).toBeGreaterThanOrEqual(149);
});

test('what does not fit is reported with its place', async () => {
  const bad = specOf('server: {}', {
    bad: `
    points: 7
    requires: [baad]
    steps:
      - repeat: { times: 0, steps: [{ conect: a }] }
      - parallel: { one: [{ parallel: { a: [{ note: x }], b: [{ note: x }] } }], two: [{ connect: c }], three: [{ connect: c }] }
      - parallel: { lonely: [{ note: x }] }
      - { expect: { on: c, contains: x }, points: 2 }
`,
  });
  const error = await gradeInline({ 'server.py': ECHO }, bad).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(SpecError);
  const first = (error as SpecError).rendered;
  expect(first).toContain('unknown step "conect"');
  const next = await gradeInline({ 'server.py': ECHO }, bad.replace('conect', 'connect')).catch(
    (caught: unknown) => caught,
  );
  const { rendered } = next as SpecError;
  for (const words of [
    '"times" must be at least 1',
    'branches cannot be split again',
    'connection "c" is open in another branch, too',
    'needs at least two branches',
    'the points of the steps add up to 2, the scenario says 7',
    'unknown scenario "baad"',
  ])
    expect(rendered).toContain(words);
});
