import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { judgeRun } from '../judge/judge-run.ts';
import { openKernel } from '../kernel/index.ts';
import { reservePort } from '../net/port.ts';
import { environment } from '../process/environment.ts';
import { LIMITS } from '../sandbox/limits.ts';
import { readAssignment } from '../spec/read.ts';
import { runPlan } from './run-plan.ts';

const ECHO = fileURLToPath(new URL('../../fixtures/echo/python-solution', import.meta.url));
const SPEC = `version: 1
title: Slow evidence
programs:
  server: { port: auto }
scenarios:
  - id: closes
    title: It closes
    points: 1
    steps:
      - start: { program: server, within: 20s }
      - connect: a
      - half_close: a
      - expect: { closed: true, within: 500ms }
`;

test('a connection that ended in time is not held against a program because the answer how comes late', async () => {
  const read = readAssignment(SPEC, {
    file: 'slow.grade.yaml',
    params: {},
    seed: '1',
    loadFile: () => 'none',
  });
  if ('diagnostics' in read) throw new Error(JSON.stringify(read.diagnostics));
  const [scenario] = read.spec.scenarios;
  const [plan] = read.plans.get('closes') ?? [];
  if (!scenario || !plan) throw new Error('no plan');
  const { port, release } = await reservePort();
  const kernel = await openKernel();
  let asked = 0;
  // The same answers as ever, but from a machine on which a look at the table takes longer than the step has.
  const clientEnd = kernel.clientEnd.bind(kernel);
  const slow = Object.assign(kernel, {
    clientEnd: async (clientPort: number, serverPort: number) => {
      asked++;
      const answer = await clientEnd(clientPort, serverPort);
      await new Promise((resolve) => setTimeout(resolve, 900));
      return answer;
    },
  });
  const server = {
    argv: ['python3', path.join(ECHO, 'server.py'), String(port)],
    cwd: ECHO,
    env: environment({ home: ECHO, marker: '', searchPath: '/usr/local/bin:/usr/bin:/bin' }),
    told: port,
    rule: 'auto',
    ready: 'listening',
    stdinEof: false,
    limits: LIMITS,
  } as const;
  const signal = new AbortController().signal;
  const trace = await runPlan(plan, {
    kernel: slow,
    programs: new Map([['server', server]]),
    port,
    timeoutScale: 1,
    signal,
  });
  kernel.close();
  release();
  expect(asked).toBeGreaterThan(0);
  const verdict = judgeRun(scenario, plan, trace, 1);
  expect(verdict.findings).toEqual([]);
  expect(verdict.status).toBe('pass');
}, 60_000);
