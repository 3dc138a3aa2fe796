import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { grade } from '../grading/grade.ts';
import { loadAssignment } from '../grading/load-assignment.ts';
import type { Plan, PlanStep } from '../model/index.ts';
import { specOf, verdictOf, withSubmission } from '../testing/inline.ts';

const SERVER = `import socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    c, _ = s.accept()
    while d := c.recv(4096): c.sendall(d)
    c.close()
`;
const RIGHT = [
  ...['start: server', 'connect: a', 'send: hello', 'expect: { equals: hello }', 'half_close: a'],
  ...['check: { program: server, is: running }', 'stop: server', 'start: server', 'close: a'],
];

/** Grades with a plan that no specification can come to, made of a right one by leaving out some steps. */
async function graded(left: (verb: string, index: number) => boolean, order?: (plan: Plan) => Plan['steps']) {
  return withSubmission({ 'server.py': SERVER }, async (submission, folder) => {
    const spec = path.join(folder, 'x.grade.yaml');
    const steps = RIGHT.map((step) => `      - ${step}\n`).join('');
    writeFileSync(spec, specOf('server: {}', { one: `    steps:\n${steps}` }));
    const read = await loadAssignment(spec, {}, '1');
    const [plan] = read.plans.get('one') ?? [];
    if (!plan) throw new Error('no plan');
    const kept = (order?.(plan) ?? plan.steps).filter(({ verb }, index) => left(verb, index));
    const changed = { ...plan, steps: kept.map((step, index) => ({ ...step, index })) };
    const assignment = { ...read, plans: new Map([['one', [changed]]]) };
    return verdictOf(await grade({ submission, spec, seed: '1', assignment }), 'one');
  });
}

test('what a specification wants that cannot be is its author’s mistake, and no failure', async () => {
  expect(await graded(() => true)).toMatchObject({ status: 'pass' });
  const mistakes = await Promise.all([
    graded((verb) => verb !== 'start'),
    graded(
      (verb, index) => verb === 'check' || index === 4,
      ({ steps }) => [...steps.filter(({ verb }) => verb === 'check')],
    ),
    graded((verb) => verb !== 'stop'),
    graded(
      () => true,
      ({ steps }) => [...steps.slice(0, 2), ...steps.slice(4, 5), ...steps.slice(2, 4)],
    ),
  ]);
  for (const verdict of mistakes)
    expect(verdict).toMatchObject({
      status: 'inconclusive',
      findings: [{ because: 'precondition', summary: expect.stringContaining("asks for what can't be") }],
    });
});

test('a client that was started before the grader listened has not failed', async () => {
  const steps = ['listen: door', 'start: client', 'accept: a', 'expect: { equals: hi }'];
  const files = { 'client.py': 'import sys\nsys.exit("nobody is there")\n' };
  const [early, right] = await withSubmission(files, async (submission, folder) => {
    const spec = path.join(folder, 'x.grade.yaml');
    const listed = steps.map((step) => `      - ${step}\n`).join('');
    writeFileSync(spec, specOf('client: {}', { one: `    steps:\n${listed}` }));
    const read = await loadAssignment(spec, {}, '1');
    const [plan] = read.plans.get('one') ?? [];
    if (!plan) throw new Error('no plan');
    const [listen, start, ...rest] = plan.steps as [PlanStep, PlanStep, ...PlanStep[]];
    const inOrder = async (...order: readonly PlanStep[]) => {
      const changed = { ...plan, steps: order.map((step, index) => ({ ...step, index })) };
      const assignment = { ...read, plans: new Map([['one', [changed]]]) };
      return verdictOf(await grade({ submission, spec, seed: '1', assignment }), 'one');
    };
    return [await inOrder(start, listen, ...rest), await inOrder(listen, start, ...rest)];
  });
  expect(early).toMatchObject({
    status: 'inconclusive',
    findings: [{ because: 'precondition', summary: expect.stringContaining('before the grader listened') }],
  });
  expect(right).toMatchObject({ status: 'fail' });
});

test('a mistake in the steps of a scenario that is not run stops nobody', async () => {
  await withSubmission({ 'server.py': SERVER }, async (submission, folder) => {
    const spec = path.join(folder, 'x.grade.yaml');
    const right = RIGHT.map((step) => `      - ${step}\n`).join('');
    const wrong = right.replace('      - start: server\n', '');
    writeFileSync(
      spec,
      specOf('server: {}', { right: `    steps:\n${right}`, wrong: `    steps:\n${wrong}` }),
    );
    await expect(grade({ submission, spec, seed: '1' })).rejects.toThrow('errors in the specification');
    const report = await grade({ submission, spec, seed: '1', only: ['right'] });
    expect(report.scenarios).toMatchObject([{ id: 'right', status: 'pass' }]);
  });
});
