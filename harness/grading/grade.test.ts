import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Report, TraceEvent, Verdict } from '../model/index.ts';
import { processesBelow } from '../testing/cli.ts';
import { grade } from './grade.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'grade-test-'));
  mkdirSync(path.join(folder, 'sub'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Grades a Python program by a few scenarios. */
async function gradePython(program: string, scenarios: string, server = '{}'): Promise<Report> {
  writeFileSync(path.join(folder, 'sub', 'server.py'), program);
  writeFileSync(
    path.join(folder, 'a.grade.yaml'),
    `title: Test\nprograms:\n  server: ${server}\ndefaults: { within: 3s }\nscenarios:\n${scenarios}`,
  );
  return grade({ submission: path.join(folder, 'sub'), spec: path.join(folder, 'a.grade.yaml'), seed: '1' });
}

function only(report: Report): Verdict {
  const [verdict] = report.scenarios;
  if (!verdict) throw new Error('no scenario');
  return verdict;
}

function events(verdict: Verdict): readonly TraceEvent[] {
  return verdict.runs.at(-1)?.trace.events ?? [];
}

const scenario = (steps: string, extra = '') => `  - id: one
    title: One
${extra}    steps:
${steps
  .trim()
  .split('\n')
  .map((line) => `      ${line.trimEnd()}`)
  .join('\n')}
`;

/** A server that does something with each connection `c`, on a port from `port`. */
const server = (body: string, port = 'int(sys.argv[1])') => `import os, socket, sys, time
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", ${port}))
s.listen(5)
while True:
    c, a = s.accept()
${body
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
`;
const ECHO_ONCE = server('c.sendall(c.recv(65536))\nc.close()');
const TALK = '- start: server\n- connect: a\n- send: hello\n- expect: { equals: hello }';

describe('how the port gets to the program', () => {
  test('in the environment', async () => {
    const program = server('c.sendall(c.recv(100))', 'int(os.environ["PORT"])');
    const report = await gradePython(
      program,
      scenario(TALK),
      '{ env: { PORT: "${{ port }}" }, variants: [{ run: python3 server.py }] }',
    );
    expect(only(report)).toMatchObject({ status: 'pass', findings: [] });
  });

  test('on standard input', async () => {
    const program = server('c.sendall(c.recv(100))', 'int(input())');
    const report = await gradePython(
      program,
      scenario(TALK),
      '{ stdin: "${{ port }}\\n", variants: [{ run: python3 server.py }] }',
    );
    expect(only(report)).toMatchObject({ status: 'pass', findings: [] });
  });
});

describe('the client', () => {
  test('sends in chunks at a pace', async () => {
    const verdict = only(
      await gradePython(
        ECHO_ONCE.replace('c.recv(65536)', 'b"".join(c.recv(1) for _ in range(6))'),
        scenario(
          '- start: server\n- connect: a\n- send: { text: abcdef, chunk: 2, every: 40ms }\n- expect: { equals: abcdef }',
        ),
      ),
    );
    expect(verdict.status).toBe('pass');
    const sent = events(verdict).filter((event) => event.type === 'sent');
    expect(sent.map((event) => event.length)).toEqual([2, 2, 2]);
    expect((sent[2]?.t ?? 0) - (sent[0]?.t ?? 0)).toBeGreaterThanOrEqual(78);
  });

  test('waits until each chunk was received', async () => {
    const verdict = only(
      await gradePython(
        server('print(c.recv(100))\nprint(c.recv(100))\nc.sendall(b"ok")'),
        scenario(
          "- start: server\n- connect: a\n- send: { text: abcd, chunk: 2, every: received }\n- expect: { equals: ok }\n- check: { program: server, stdout: { contains: \"b'ab'\\nb'cd'\" } }",
        ),
      ),
    );
    expect(verdict).toMatchObject({ status: 'pass', findings: [] });
  });

  test('reads slowly, and loses nothing', async () => {
    const program = server('c.sendall(b"x" * 8_000_000)\nc.close()');
    const verdict = only(
      await gradePython(
        program,
        scenario(
          '- start: server\n- connect: { as: a, reading: false }\n- check: { conn: a, is: accepted }\n- expect: { read: close, equals: { repeat: x, bytes: 8000000 } }',
        ),
      ),
    );
    expect(verdict).toMatchObject({ status: 'pass', findings: [] });
  });

  test('judges bytes before errors: a full reply followed by a reset is a full reply', async () => {
    const program = server('c.sendall(b"full reply")\ntime.sleep(0.05)\nc.close()');
    const verdict = only(
      await gradePython(
        program,
        scenario(
          '- start: server\n- connect: a\n- send: { repeat: unread, bytes: 50000 }\n- expect: { read: close, equals: full reply }\n- expect: { closed: reset }',
        ),
      ),
    );
    expect(verdict).toMatchObject({ status: 'pass', findings: [] });
  });

  test('sends any bytes, from a file too', async () => {
    writeFileSync(path.join(folder, 'blob.bin'), Buffer.from([0, 255, 10, 13, 128]));
    const verdict = only(
      await gradePython(
        ECHO_ONCE,
        scenario(
          '- start: server\n- connect: a\n- send: { file: blob.bin }\n- expect: { equals: { hex: "00 ff 0a 0d 80" } }',
        ),
      ),
    );
    expect(verdict).toMatchObject({ status: 'pass', findings: [] });
  });
});

describe('judging', () => {
  test('bytes after an exact reply are found, although they come late', async () => {
    const program = server('d = c.recv(100)\nc.sendall(d)\nc.sendall(b"\\0")\nc.recv(100)');
    const verdict = only(await gradePython(program, scenario(TALK)));
    expect(verdict.findings[0]).toMatchObject({ cause: 'trailing_nul', step: { verb: 'expect' } });
    expect(verdict.status).toBe('fail');
  });

  test('an assumption that does not hold is inconclusive, and is tried twice', async () => {
    const verdict = only(
      await gradePython(
        ECHO_ONCE,
        scenario(
          '- start: server\n- assume: { port: server, is: time_wait, within: 100ms }\n- check: { program: server, is: running }',
        ),
      ),
    );
    expect(verdict).toMatchObject({
      status: 'inconclusive',
      points: 0,
      attempts: 2,
      findings: [{ because: 'precondition' }],
    });
  });

  test('a soft step fails the scenario, and those after it still run', async () => {
    const verdict = only(
      await gradePython(
        ECHO_ONCE,
        scenario(
          '- start: server\n- connect: a\n- send: hello\n- { expect: { contains: jello, within: 300ms }, soft: true }\n- check: { program: server, is: running }',
        ),
      ),
    );
    expect(verdict.status).toBe('fail');
    expect(verdict.findings).toHaveLength(1);
    expect(events(verdict).filter(({ type }) => type === 'step_end')).toHaveLength(5);
  });

  test('each row of a matrix is a run of its own, and the finding names the row', async () => {
    const program = server('d = c.recv(100)\nc.sendall(d[:3])\nc.close()');
    const verdict = only(
      await gradePython(
        program,
        scenario(
          '- start: server\n- connect: a\n- send: { repeat: y, bytes: "${{ matrix.size }}" }\n- expect: { read: close, equals: { repeat: y, bytes: "${{ matrix.size }}" } }',
          '    matrix: { size: [2, 3, 4] }\n',
        ),
      ),
    );
    expect(verdict.runs.map(({ row, status }) => [row, status])).toEqual([
      ['size=2', 'pass'],
      ['size=3', 'pass'],
      ['size=4', 'fail'],
    ]);
    expect(verdict.findings).toMatchObject([{ row: 'size=4', cause: 'truncated' }]);
  });

  test('a program that prints without end is heard, and its first megabyte is kept', async () => {
    const program = ECHO_ONCE.replace(
      'while True:',
      'sys.stdout.write("z" * 3_000_000)\nsys.stdout.flush()\nwhile True:',
    );
    const report = await gradePython(program, scenario(TALK));
    expect(only(report).status).toBe('pass');
    const stream = only(report).runs[0]?.trace.streams['server#1.stdout'];
    expect(stream).toMatchObject({ length: 3_000_000, kept: 1024 * 1024 });
  });
});

describe('programs', () => {
  test.each([
    ['{ stdout: "ready" }', 'print("ready")'],
    ['{ after: 300ms }', ''],
    ['listening', ''],
  ])('are ready as the specification says: %s', async (ready, announcement) => {
    const report = await gradePython(
      ECHO_ONCE.replace('while True:', `${announcement}\nwhile True:`),
      scenario(TALK),
      `{ ready: ${ready} }`,
    );
    expect(only(report)).toMatchObject({ status: 'pass', findings: [] });
  });

  test('that leave daemons behind leave none of them behind', async () => {
    const daemon = `if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.chdir("/")
        time.sleep(600)
    os._exit(0)
`;
    const report = await gradePython(
      ECHO_ONCE.replace('while True:', `${daemon}while True:`),
      scenario(TALK),
    );
    expect(only(report).status).toBe('pass');
    const start = events(only(report)).find((event) => event.type === 'process_start');
    expect(processesBelow(start?.type === 'process_start' ? start.cwd : '?')).toEqual([]);
  });

  test('that die by a signal are told apart from those that exit', async () => {
    const report = await gradePython(server('c.recv(10)\nos.kill(os.getpid(), 11)'), scenario(TALK));
    expect(only(report).findings[0]).toMatchObject({
      cause: 'exited',
      summary: expect.stringContaining('SIGSEGV') as string,
    });
  });

  test("whose interpreter is missing are nobody's fault", async () => {
    const report = await gradePython(
      ECHO_ONCE,
      scenario(TALK),
      '{ variants: [{ run: "no-such-interpreter server.py" }] }',
    );
    expect(only(report)).toMatchObject({ status: 'inconclusive', findings: [{ because: 'capability' }] });
  });
});
