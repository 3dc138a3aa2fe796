import type { Report, Verdict } from '../model/index.ts';
import { forAudience } from './audience.ts';
import { AUDIENCES } from './formats/index.ts';
import { RENDERERS } from './testing/renderers.ts';
import { finding, report, STAFF, stream, trace, verdict } from './testing/sample-report.ts';

const SECRET = 'Xyzzy7';
const POINTS = 8641;

/** A scenario with the secret wherever text can be. */
function secret(visibility: Verdict['visibility'], status: Verdict['status'] = 'fail'): Verdict {
  const text = (name: string) => `${SECRET} ${name}`;
  const found = finding({
    step: { index: 3, verb: text('verb'), name: text('step'), file: text('file'), line: 7531, column: 9 },
    row: text('row'),
    summary: text('summary'),
    expected: text('expected'),
    actual: text('actual'),
    evidence: [text('evidence')],
    hint: text('hint'),
    ...(status === 'fail' ? {} : { because: 'interference' }),
  });
  return verdict(status, {
    id: text('id'),
    title: text('title'),
    points: 0,
    maxPoints: POINTS,
    visibility,
    findings: [found],
    explain: text('explain'),
    references: [{ title: text('reference'), man: text('man'), url: text('url') }],
    durationMs: 975_318,
    runs: [
      {
        row: text('row'),
        attempt: 1,
        status,
        findings: [found],
        trace: trace({
          events: [
            ...trace().events,
            { t: 7, type: 'variable', name: text('variable'), value: text('value') },
            { t: 8, type: 'trouble', because: 'harness', message: text('trouble') },
            {
              t: 9,
              type: 'process_error',
              program: text('program'),
              instance: 1,
              code: 'E',
              message: text('m'),
            },
          ],
          streams: { [text('stream')]: stream(Buffer.from(text('payload'))) },
        }),
      },
    ],
  });
}

function withSecrets(): Report {
  const scenarios = [
    verdict('pass'),
    secret('hidden'),
    secret('after_published', 'inconclusive'),
    verdict('fail', { visibility: 'after_due_date', id: 'late', title: 'Plugh9' }),
  ];
  return report(scenarios, {
    durationMs: 975_318,
    params: { [`${SECRET}param`]: SECRET },
    submission: { ...report([]).submission, run: { server: 'python3 s.py', [`${SECRET} program`]: SECRET } },
  });
}

const BASE64 = Buffer.from(`${SECRET} payload`).toString('base64');
const TRACES = [SECRET, BASE64.slice(0, 8), String(POINTS), '7531', '975318', '975.3'];

/** Everything that is written, with what is packed in base64 unpacked. */
function written(name: string, what: Report, options: object): string {
  const text = RENDERERS[name]?.(what, { ...STAFF, ...options }) ?? '';
  const packed = /^result=(\S+)/.exec(text)?.[1];
  return packed ? text + Buffer.from(packed, 'base64').toString() : text;
}

test('of a hidden scenario that did not pass, a student reads the message meant for it and nothing else', () => {
  const hinted = (status: Verdict['status']) => ({
    ...secret('hidden', status),
    hiddenMessage: 'Try big files.',
  });
  const shown = (status: Verdict['status']) =>
    forAudience(report([verdict('pass'), hinted(status)]), 'student').scenarios.slice(1);
  const [shownOne, ...others] = shown('fail');
  expect(others).toEqual([]);
  expect(shownOne).toMatchObject({
    id: 'hidden-1',
    status: 'fail',
    findings: [{ summary: 'Try big files.' }],
  });
  expect(JSON.stringify(shownOne)).not.toContain(SECRET);
  expect([shownOne?.points, shownOne?.maxPoints, shownOne?.runs]).toEqual([0, 0, []]);
  expect(shown('pass')).toEqual([]);
});

describe.each(Object.keys(RENDERERS))('%s', (name) => {
  test('shows a student nothing of what is hidden', () => {
    const text = written(name, withSecrets(), { audience: 'student' });
    expect(TRACES.filter((trace) => text.includes(trace))).toEqual([]);
    expect(text).not.toContain('Plugh9');
    expect(text.length).toBeGreaterThan(20);
  });

  test('shows after the due date what waited for it, and no more', () => {
    const text = written(name, withSecrets(), { audience: 'student_after_due' });
    expect(TRACES.filter((trace) => text.includes(trace))).toEqual([]);
    if (!['github', 'github-summary', 'markdown'].includes(name)) return;
    expect(text).toContain('Plugh9');
  });

  test('takes a reader that nobody named for a student', () => {
    const { audience: _, ...rest } = STAFF;
    const text = RENDERERS[name]?.(withSecrets(), rest) ?? '';
    expect(TRACES.filter((trace) => text.includes(trace))).toEqual([]);
  });

  test('shows staff everything', () => {
    expect(written(name, withSecrets(), { audience: 'staff' })).toContain(SECRET);
  });
});

test('points and status are of what is shown, and nothing tells that more is there', () => {
  const [shown] = withSecrets().scenarios;
  if (!shown) throw new Error('no scenario');
  const seen = forAudience(withSecrets(), 'student');
  expect(seen).toMatchObject({ points: 3, maxPoints: 3, status: 'pass', durationMs: 120 });
  expect(seen).toEqual(
    forAudience(report([shown], { durationMs: 975_318, submission: seen.submission }), 'student'),
  );
});

test.each(AUDIENCES)('%s: a report without hidden scenarios keeps all of them', (audience) => {
  const open = report([verdict('pass'), verdict('fail')]);
  expect(forAudience(open, audience).scenarios).toEqual(open.scenarios);
});

test('what students read at once in Gradescope names nothing that is hidden', () => {
  const document: { output: string } = JSON.parse(
    written('gradescope', withSecrets(), { audience: 'staff' }),
  );
  expect(TRACES.filter((trace) => document.output.includes(trace))).toEqual([]);
});
