import { gradeInline, statuses, verdictOf } from '../testing/inline.ts';
import { assignment, diagnose, readRight } from '../testing/spec-text.ts';
import { explainAssignment } from './explain.ts';

const STEPS = 'steps: [{ start: server }, { check: { port: server, is: listening } }]';
const GREETER = `import socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    c, _ = s.accept()
    c.sendall(b"hi\\n")
    c.close()
`;

/** The only scenario as it was read, and the verbs of its first row. */
function scenarioOf(...args: Parameters<typeof readRight>) {
  const { spec, plans } = readRight(...args);
  const [scenario] = spec.scenarios;
  return { scenario, verbs: plans.get('one')?.[0]?.steps.map(({ verb }) => verb) };
}

describe('defaults of the whole file', () => {
  const top = [
    'defaults:',
    '  { points: 3, visibility: hidden, timeout: 9s, retries: 0, scoring: by_row, setup: [start: server],',
    '    cleanup: [stop: server] }',
  ];

  test('hold for every scenario that does not say otherwise', () => {
    const { scenario, verbs } = scenarioOf(
      assignment({ scenario: ['steps: [{ connect: a }, { expect: hi }]'], top }),
    );
    expect(scenario).toMatchObject({ points: 3, visibility: 'hidden', timeout: 9_000, scoring: 'by_row' });
    expect(scenario?.retries).toEqual({ times: 0, on: 'inconclusive' });
    expect(verbs).toEqual(['start', 'connect', 'expect', 'stop']);
  });

  test('and for none that does', () => {
    const own = [
      'points: 1',
      'visibility: visible',
      'timeout: 5s',
      'retries: { times: 2, on: fail }',
      'scoring: whole',
      'setup: [note: mine]',
      'cleanup: []',
    ];
    const { scenario, verbs } = scenarioOf(assignment({ scenario: [...own, STEPS], top }));
    expect(scenario).toMatchObject({ points: 1, visibility: 'visible', timeout: 5_000, scoring: 'whole' });
    expect(scenario?.retries).toEqual({ times: 2, on: 'fail' });
    expect(verbs).toEqual(['note', 'start', 'check']);
  });

  test('explain names the line of the defaults', () => {
    const output = explainAssignment(
      readRight(assignment({ scenario: [STEPS.replace('{ start: server }, ', '')], top })),
    );
    expect(output).toContain('3 points (line 8), hidden (line 8), at most 9 s in all (line 8)');
    expect(output).toMatch(/1\. Start the program server and wait until it is ready\.\n +line 8 ·/);
  });

  test('what is wrong in them is reported once, with its place', () => {
    const output = diagnose(
      assignment({
        scenario: [STEPS],
        top: ['defaults: { setup: [strat: server], points: -1 }'],
      }),
    );
    expect(output.split('\n').filter((line) => line.includes('error'))).toEqual([
      'x.yaml:7:21: error: unknown step "strat"',
      'x.yaml:7:45: error: "points" must not be negative',
    ]);
  });

  test('setup is not what a scenario is about', () => {
    const output = diagnose(
      assignment({ scenario: ['setup: [start: server, connect: a, expect: hi]', 'steps: [close: a]'] }),
    );
    expect(output).toContain('checks nothing, so every program would pass');
  });
});

describe('variables of the environment', () => {
  const spec = (env: string) =>
    assignment({
      scenario: ['steps: [start: server, connect: a, send: "${{ env.TERM }}", expect: x]'],
      top: [`env: ${env}`],
    });
  const sent = (env: string, around: Record<string, string>) =>
    readRight(spec(env), { env: around }).plans.get('one')?.[0]?.steps[2]?.args.text;

  test('are known when the file lists them, with a usual value or without', () => {
    expect(sent('[TERM]', { TERM: 'autumn' })).toBe('autumn');
    expect(sent('{ TERM: spring }', { TERM: 'autumn' })).toBe('autumn');
    expect(sent('{ TERM: spring }', {})).toBe('spring');
  });

  test('are not known otherwise, whatever is set', () => {
    expect(diagnose(spec('[OTHER]'), { env: { TERM: 'x', OTHER: 'y' } })).toContain(
      'unknown name "env.TERM"',
    );
  });

  test('must be set when they have no usual value', () => {
    expect(diagnose(spec('[TERM]'))).toBe(
      [
        'x.yaml:7:7: error: the environment has no variable "TERM"',
        '    7 | env: [TERM]',
        '      |       ^^^^ set it, or give its usual value: env: { TERM: … }',
      ].join('\n'),
    );
  });

  test('that nothing looks up are in vain', () => {
    const text = assignment({ top: ['env: { UNUSED: x }'] });
    expect(diagnose(text)).toContain('x.yaml:7:8: warning: environment variable "UNUSED" is never used');
  });
});

test('skip, tags, setup and hidden messages in a run', async () => {
  const spec = `title: Keys
programs: { server: {} }
defaults: { setup: [{ start: server }, { connect: a }] }
scenarios:
  - { id: right, title: Right, tags: [quick, basics], steps: [{ expect: "hi\\n" }] }
  - { id: wrong, title: Wrong, tags: [basics], hidden_message: Read the task., steps: [{ expect: no }] }
  - { id: later, title: Later, tags: [basics], skip: "not taught yet", steps: [{ expect: no }] }
  - { id: never, title: Never, skip: true, steps: [{ expect: no }] }
  - { id: after, title: After, skip: false, setup: [start: server], requires: [later], steps: [{ check: { port: server, is: listening } }] }
`;
  const report = await gradeInline({ 'server.py': GREETER }, spec);
  expect(verdictOf(report, 'wrong').findings).toMatchObject([
    { step: { verb: 'expect' }, cause: 'different' },
  ]);
  expect(statuses(report)).toEqual({
    right: 'pass',
    wrong: 'fail',
    later: 'skip',
    never: 'skip',
    after: 'pass',
  });
  expect([report.points, report.maxPoints]).toEqual([2, 3]);
  expect(verdictOf(report, 'later').findings[0]?.summary).toBe(
    'The specification leaves it out: not taught yet',
  );
  expect(verdictOf(report, 'never').findings[0]?.summary).toBe('The specification leaves it out.');
  expect(verdictOf(report, 'wrong').hiddenMessage).toBe('Read the task.');
  const tagged = await gradeInline({ 'server.py': GREETER }, spec, { only: ['quick', 'never'] });
  expect(Object.keys(statuses(tagged))).toEqual(['right', 'never']);
});
