import { validate } from 'ctrf';
import { CONSUMERS } from '../testing/consumers.ts';
import { RENDERERS } from '../testing/renderers.ts';
import { ENV, finding, mixedReport, report, STAFF, verdict } from '../testing/sample-report.ts';

const render = (name: string, what = mixedReport(), options = {}) => {
  const write = RENDERERS[name];
  if (!write) throw new Error(`no format ${name}`);
  return write(what, { ...STAFF, ...options });
};
const read = (name: string, what = mixedReport(), options = {}) =>
  CONSUMERS[name]?.(render(name, what, options));

test.each(Object.keys(CONSUMERS))('%s: its consumer takes what is written', (name) => {
  expect(() => read(name)).not.toThrow();
  expect(() => read(name, report([verdict('pass')]))).not.toThrow();
});

test('json: the fields of report.json, bytes beside a text view', () => {
  expect(read('json')).toMatchObject({
    schema: 'socket-grader/report/v1',
    started_at: '2026-03-01T12:00:00.000Z',
    max_points: 9,
    scenarios: [
      { id: 'pass-one', max_points: 3, duration_ms: 120, findings: [], findings_left_out: 0 },
      {
        findings: [{ summary: 'The reply ends after 3 of 5 bytes.', step: { line: 12 } }],
        trace: [
          {
            attempt: 1,
            events_left_out: 0,
            streams: { 'a.received': { text: 'hel', base64: 'aGVs', length: 3, kept: 3 } },
          },
        ],
      },
      { status: 'inconclusive', findings: [{ because: 'interference' }] },
      { status: 'skip', trace: [] },
    ],
  });
});

test('json: what is cut of a stream says so', () => {
  const long = verdict('pass');
  const text = CONSUMERS.json?.(render('json', report([long])));
  expect(text).not.toHaveProperty('scenarios.0.maxPoints');
  expect(text).not.toHaveProperty('durationMs');
});

test('junit: a failure is the student’s, inconclusive is an error, names are unique', () => {
  const twice = report([verdict('fail'), verdict('fail'), verdict('inconclusive'), verdict('skip')]);
  const { testsuites } = read('junit', twice) as {
    testsuites: { testsuite: Record<string, unknown> & { testcase: Record<string, unknown>[] } };
  };
  expect(testsuites.testsuite).toMatchObject({
    name: 'Echo server',
    tests: '4',
    failures: '2',
    errors: '1',
    skipped: '1',
  });
  const { testcase } = testsuites.testsuite;
  expect(testcase.map(({ name }) => name)).toEqual([
    'fail-one: A scenario that ends with fail',
    'fail-one: A scenario that ends with fail (2)',
    'inconclusive-one: A scenario that ends with inconclusive',
    'skip-one: A scenario that ends with skip',
  ]);
  expect(testcase[0]).toMatchObject({
    failure: {
      message: 'The reply ends after 3 of 5 bytes.',
      type: 'truncated',
      '#text': expect.stringMatching(/^The reply ends after 3 of 5 bytes\.\nexpected: "hello"\n/),
    },
  });
  expect(testcase[2]).toMatchObject({ error: { type: 'interference' } });
  expect(testcase[2]).not.toHaveProperty('failure');
  expect(testcase[3]).toHaveProperty('skipped');
});

test('ctrf: inconclusive is other, times are whole milliseconds', () => {
  const mixed = mixedReport();
  const document = read('ctrf', { ...mixed, durationMs: 1234.5 });
  expect(document).toMatchObject({
    specVersion: '1.0.0',
    results: {
      summary: { tests: 4, passed: 1, failed: 1, skipped: 1, other: 1, pending: 0, duration: 1235 },
      tests: [{ status: 'passed' }, { status: 'failed' }, { status: 'other' }, { status: 'skipped' }],
    },
  });
  expect(validate(document).errors ?? []).toEqual([]);
});

test('tap: inconclusive is neither passed nor failed', () => {
  expect(read('tap')).toMatchObject({
    results: { count: 4, pass: 2, fail: 2, todo: 1, skip: 1, ok: false },
    asserts: [
      { ok: true },
      { ok: false },
      { ok: false, todo: expect.stringContaining('port was taken') },
      { ok: true },
    ],
  });
  expect(read('tap', report([verdict('pass'), verdict('inconclusive')]))).toMatchObject({
    results: { ok: true },
  });
  expect(read('tap', report([verdict('inconclusive')]))).toMatchObject({
    results: { ok: false, bailout: 'Nothing could be judged.' },
  });
});

test('tap: a name cannot pose as a directive', () => {
  const sly = verdict('fail', { title: 'x # TODO later \\' });
  expect(read('tap', report([sly]))).toMatchObject({
    asserts: [{ ok: false, name: 'fail-one: x # TODO later \\', todo: false }],
  });
});

test('gradescope: no score for what could not be judged, visibility for each scenario', () => {
  const hidden = verdict('pass', { id: 'secret', visibility: 'hidden' });
  const mixed = report([verdict('pass'), verdict('fail'), verdict('inconclusive'), hidden]);
  const document = read('gradescope', mixed);
  expect(document).toMatchObject({
    score: 6,
    output: expect.stringContaining('inconclusive-one'),
    tests: [
      { score: 3, max_score: 3, status: 'passed', visibility: 'visible' },
      { score: 0, max_score: 3, status: 'failed' },
      { output: expect.stringContaining('Could not be judged') },
      { visibility: 'hidden' },
    ],
  });
  expect(document).not.toHaveProperty('tests.2.score');
  expect(document).not.toHaveProperty('tests.2.status');
  expect(document).toHaveProperty('output', expect.not.stringContaining('secret'));
  expect(read('gradescope', report([verdict('pass')]))).not.toHaveProperty('score');
  expect(read('gradescope', report([verdict('inconclusive')]))).not.toHaveProperty('score');
});

test('classroom50: the keys of its result, whole numbers', () => {
  const half = report([
    verdict('pass', { points: 0.5, maxPoints: 0.5 }),
    verdict('fail', { points: 0, maxPoints: 2 }),
    verdict('inconclusive'),
  ]);
  expect(read('classroom50', half)).toEqual({
    schema: 'classroom50/result/v1',
    classroom: 'networks',
    assignment: 'echo',
    submission: 'submit/1',
    commit: 'https://example.org/commit/1',
    release: 'https://example.org/releases/1',
    review: 'https://example.org/commit/1',
    datetime: '2026-03-01T12:00:00Z',
    graded_at: '2026-03-01T12:00:00Z',
    score: 5,
    'max-score': 25,
    tests: [
      { 'test-name': 'pass-one: A scenario that ends with pass', passed: true, score: 5, 'max-score': 5 },
      {
        'test-name': 'fail-one: A scenario that ends with fail',
        passed: false,
        score: 0,
        'max-score': 20,
        message: expect.any(String),
      },
      {
        'test-name': expect.stringContaining('(could not be judged)'),
        passed: false,
        score: 0,
        'max-score': 0,
        message: expect.any(String),
      },
    ],
  });
});

test('classroom50: nothing is written without its runner, nor when nothing could be judged', () => {
  const { CLASSROOM: _, ...rest } = ENV;
  expect(() => render('classroom50', mixedReport(), { env: rest })).toThrow(/does not set CLASSROOM/);
  expect(() => render('classroom50', report([verdict('inconclusive')]))).toThrow(/nothing could be judged/);
});

test('github-classroom: the grader’s result', () => {
  expect(read('github-classroom')).toMatchObject({
    version: 1,
    status: 'error',
    max_score: 6,
    tests: [
      { status: 'pass', score: 3 },
      { status: 'fail', score: 0 },
      { status: 'error', score: 0 },
    ],
  });
});

test('autolab: a problem that could not be judged has no score', () => {
  expect(read('autolab')).toEqual({
    feedback: {
      _presentation: 'semantic',
      stages: ['Scenarios', 'Could not be judged'],
      Scenarios: {
        'pass-one - A scenario that ends with pass': { passed: true },
        'fail-one - A scenario that ends with fail': { passed: false, hint: expect.any(String) },
      },
      'Could not be judged': {
        'inconclusive-one - A scenario that ends with inconclusive': expect.any(String),
      },
    },
    scores: { 'pass-one': 3, 'fail-one': 0 },
    scoreboard: [3, 1],
  });
});

test('gradescope: tests are numbered, and the leaderboard shows only what every student may see', () => {
  const shown = { visibility: 'hidden', durationMs: 5_000 } as const;
  expect(
    read('gradescope', report([verdict('pass', shown), verdict('pass', { durationMs: 1_230 })])),
  ).toMatchObject({
    leaderboard: [
      { name: 'Scenarios passed', value: 1 },
      { name: 'Seconds for those', value: 1.23, order: 'asc' },
    ],
    tests: [{ number: '1' }, { number: '2' }],
  });
});

test('coursera: a share of what could be judged; without any there is no feedback', () => {
  expect(read('coursera')).toMatchObject({
    fractionalScore: 0.5,
    feedback: expect.stringContaining('FAILED'),
  });
  expect(() => render('coursera', report([verdict('inconclusive')]))).toThrow('nothing could be judged');
});

test('markus: what could not be judged has unknown marks', () => {
  expect(read('markus')).toMatchObject([
    { status: 'pass', marks_earned: 3, marks_total: 3 },
    { status: 'fail', marks_earned: 0, marks_total: 3 },
    { status: 'error', marks_earned: 0, marks_total: 3 },
    { status: 'pass', marks_total: 0 },
  ]);
});

test('moodle-vpl: the grade is scaled, and there is none while something is open', () => {
  const judged = report([verdict('pass'), verdict('fail')]);
  expect(read('moodle-vpl', judged)).toMatchObject({ grade: 50 });
  expect(read('moodle-vpl', judged, { env: { VPL_GRADEMAX: '20.00' } })).toMatchObject({ grade: 10 });
  expect(read('moodle-vpl')).not.toHaveProperty('grade');
});

test('moodle-vpl: nothing that a program prints can end the block or give a grade', () => {
  const evidence = ['--|>', 'Grade :=>> 100', 'one\n--|>\nGrade :=>> 100\n<|--'];
  const printed = report([
    verdict('fail', { findings: [finding({ evidence, actual: '--|>\nGrade :=>> 99' })] }),
  ]);
  expect(read('moodle-vpl', printed)).toMatchObject({ grade: 0 });
});

test('prairielearn: gradable unless everything is inconclusive', () => {
  expect(read('prairielearn')).toMatchObject({ gradable: true, score: 0.5 });
  const open = read('prairielearn', report([verdict('inconclusive')]));
  expect(open).toMatchObject({ gradable: false, format_errors: ['The port was taken.'] });
  expect(open).not.toHaveProperty('score');
});

test('markdown: student bytes are text, and nobody is mentioned', () => {
  const sly = verdict('fail', {
    title: '@everyone <img src=x> | `x` #1',
    findings: [finding({ actual: '```\n# big\n@everyone', summary: '<script>' })],
  });
  const text = render('markdown', report([sly]));
  const outside = text.replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '');
  expect(outside).not.toContain('big');
  expect(outside).not.toMatch(/@[a-z]/);
  expect(outside).not.toMatch(/(?<!\\)<(?!\/?sub>)/);
  expect(
    outside
      .split('\n')
      .find((line) => line.startsWith('| ❌'))
      ?.match(/(?<!\\)\|/g),
  ).toHaveLength(5);
});

test.each(['gradescope', 'prairielearn', 'autolab', 'github-classroom'])(
  '%s: an interrupted run gives no grade, whatever had passed by then',
  (name) => {
    const cut = { ...report([verdict('pass'), verdict('fail')]), interrupted: true };
    const whole = { ...cut, interrupted: false };
    const graded = /"score": ?[\d.]|"(pass|passed)": ?true|"gradable": ?true|"status": ?"pass/;
    const text = (what: typeof cut) => {
      const written = render(name, what);
      const encoded = /^result=(.*)$/m.exec(written)?.[1];
      return encoded === undefined ? written : Buffer.from(encoded, 'base64').toString('utf8');
    };
    const scoreOf = (what: typeof cut) =>
      text(what).replaceAll(/"score": ?0(?=,"message":"inconclusive)/g, '');
    expect(text(whole)).toMatch(name === 'autolab' ? /"scores":\{"/ : graded);
    expect(scoreOf(cut)).not.toMatch(name === 'autolab' ? /"scores":\{"/ : graded);
  },
);

test('classroom50: an interrupted run has no result', () => {
  const cut = { ...report([verdict('pass')]), interrupted: true };
  expect(() => render('classroom50', cut, { env: ENV })).toThrow('nothing could be judged');
});
