import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { judgeRun } from '../judge/judge-run.ts';
import { type Kernel, openKernel } from '../kernel/index.ts';
import type { RunVerdict, TraceEvent } from '../model/index.ts';
import { reservePort } from '../net/port.ts';
import { environment } from '../process/environment.ts';
import { LIMITS } from '../sandbox/limits.ts';
import { readAssignment } from '../spec/read.ts';
import { runPlan } from './run-plan.ts';

const ECHO = fileURLToPath(new URL('../../fixtures/echo/python-solution/server.py', import.meta.url));
const MEBIBYTE = 2 ** 20;
/** Says much to whoever comes, hangs up, and sleeps. */
const TALKER = `
import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = server.accept()
    client.sendall(bytes(${2 * MEBIBYTE}))
    client.close()
`;

function assignment(steps: string): string {
  return `version: 1
title: Slow evidence
programs:
  server: { port: auto }
scenarios:
  - id: only
    title: Only one
    points: 1
    steps:
      - start: { program: server, within: 20s }
${steps}`;
}

/** Runs the only scenario of a file with a Python program, in this process; `changed` is what is judged. */
async function verdictOf(
  text: string,
  python: readonly string[],
  kernel: Kernel,
  changed = (event: TraceEvent): TraceEvent => event,
): Promise<RunVerdict> {
  const read = readAssignment(text, {
    file: 'slow.grade.yaml',
    params: {},
    seed: '1',
    loadFile: () => 'none',
  });
  if ('diagnostics' in read) throw new Error(JSON.stringify(read.diagnostics));
  const [scenario] = read.spec.scenarios;
  const [plan] = read.plans.get('only') ?? [];
  if (!scenario || !plan) throw new Error('no plan');
  const { port, release } = await reservePort();
  const cwd = await mkdtemp(path.join(tmpdir(), 'slow-evidence-'));
  const server = {
    argv: ['python3', ...python, String(port)],
    cwd,
    env: environment({ home: cwd, marker: '', searchPath: '/usr/local/bin:/usr/bin:/bin' }),
    givenPort: port,
    rule: 'auto',
    ready: 'listening',
    stdinEof: false,
    limits: LIMITS,
  } as const;
  const trace = await runPlan(plan, {
    kernel,
    programs: new Map([['server', server]]),
    port,
    timeoutScale: 1,
    signal: new AbortController().signal,
  });
  release();
  await rm(cwd, { recursive: true });
  return judgeRun(scenario, plan, { ...trace, events: trace.events.map(changed) }, 1);
}

test('a connection that ended in time is not held against a program because the answer how comes late', async () => {
  const kernel = await openKernel();
  let asked = 0;
  // The same answers as ever, but from a machine on which reading the table takes longer than the step has.
  const clientEnd = kernel.clientEnd.bind(kernel);
  const slow = Object.assign(kernel, {
    clientEnd: async (clientPort: number, serverPort: number) => {
      asked++;
      const answer = await clientEnd(clientPort, serverPort);
      await new Promise((resolve) => setTimeout(resolve, 900));
      return answer;
    },
  });
  const steps = `
      - connect: a
      - half_close: a
      - expect: { closed: true, within: 500ms }
`;
  const verdict = await verdictOf(assignment(steps), [ECHO], slow);
  kernel.close();
  expect(asked).toBeGreaterThan(0);
  expect(verdict.findings).toEqual([]);
  expect(verdict.status).toBe('pass');
});

test('a program that has said it all and sleeps is not held to be silent while a slow grader still reads', async () => {
  const kernel = await openKernel();
  const steps = `
      - connect: { as: a, reading: false }
      - check: { program: server, is: running, for: 300ms }
      - expect: { read: close, equals: { repeat: "\\0", bytes: 2MiB }, within: 20s }
`;
  const hog = setInterval(() => {
    const until = performance.now() + 200;
    while (performance.now() < until);
  }, 1);
  try {
    const verdict = await verdictOf(assignment(steps), ['-c', TALKER], kernel);
    expect(verdict.findings).toEqual([]);
    expect(verdict.status).toBe('pass');
  } finally {
    clearInterval(hog);
    kernel.close();
  }
});

test('silence proves nothing of a program that was kept from running for longer than can be granted', async () => {
  const kernel = await openKernel();
  const silent =
    'import socket, sys, time; s = socket.create_server(("127.0.0.1", int(sys.argv[1]))); c = s.accept(); time.sleep(60)';
  const steps = `
      - connect: a
      - send: hello
      - expect: { equals: hello, within: 300ms }
`;
  const last = (event: TraceEvent) => event.type === 'step_end' && event.step === 3;
  const judged = (starved: boolean) =>
    verdictOf(assignment(steps), ['-c', silent], kernel, (event) =>
      last(event) ? ({ ...event, starved } as TraceEvent) : event,
    );
  expect(await judged(false)).toMatchObject({ status: 'fail', findings: [{ cause: 'nothing_received' }] });
  expect(await judged(true)).toMatchObject({
    status: 'inconclusive',
    findings: [{ because: 'harness', summary: expect.stringContaining('too busy') }],
  });
  kernel.close();
});
