import type { FailureDetails, Report } from '../model/index.ts';
import { gradeInline, specOf } from '../testing/inline.ts';
import { forAudience } from './audience.ts';
import { withFailureDetails } from './failure-details.ts';
import { RENDERERS } from './testing/renderers.ts';
import { finding, report, STAFF, stream, trace, verdict } from './testing/sample-report.ts';

const SECRET = 'Xyzzy7';
const BASE64 = Buffer.from(`${SECRET}!`).toString('base64').slice(0, 8);
const OWN = 'Plugh9';

/** A failure with what was expected wherever it can be, and what the program did where it belongs. */
function failed(failureDetails: FailureDetails): Report {
  const found = finding({
    cause: 'missing_newline',
    summary: `The newline after ${SECRET} is missing.`,
    expected: `"${SECRET}"`,
    actual: `"${OWN}"`,
    evidence: [
      `first difference at byte 6421: ${SECRET}`,
      '00000000: 5879 7a7a 7937  Xyzzy7',
      `stderr: ${OWN} error`,
    ],
    hint: `Send a newline after ${SECRET}.`,
    row: `word=${SECRET}`,
  });
  const [sent, received] = [SECRET, OWN].map((text) => stream(Buffer.from(`${text}!`)));
  const streams = { 'a.sent': sent ?? stream(Buffer.of()), 'a.received': received ?? stream(Buffer.of()) };
  const run = { attempt: 1, status: 'fail' as const, findings: [found], trace: trace({ streams }) };
  return report([
    verdict('fail', {
      failureDetails,
      findings: [found],
      runs: [
        { ...run, row: 'word=other', status: 'pass', findings: [] },
        { ...run, row: `word=${SECRET}` },
      ],
    }),
  ]);
}

function written(name: string, details: FailureDetails, audience: 'student' | 'student_after_due' | 'staff') {
  const text = RENDERERS[name]?.(failed(details), { ...STAFF, audience }) ?? '';
  const packed = /^result=(\S+)/.exec(text)?.[1];
  return packed ? text + Buffer.from(packed, 'base64').toString() : text;
}

const TRACES = [SECRET, BASE64, '6421', '5879', 'missing_newline'];

describe.each(Object.keys(RENDERERS))('%s', (name) => {
  test.each(['student', 'student_after_due'] as const)('shows a %s what the author allows', (audience) => {
    for (const details of ['actual', 'none'] as const) {
      const text = written(name, details, audience);
      expect(TRACES.filter((trace) => text.includes(trace))).toEqual([]);
    }
    expect(written(name, 'none', audience)).not.toContain(OWN);
    // Some formats have no room for what a program did, whatever the author allows.
    const [full, actual] = (['full', 'actual'] as const).map((details) => written(name, details, audience));
    expect(actual?.includes(OWN)).toBe(full?.includes(OWN));
  });

  test('shows staff everything, unless students read the very same text', () => {
    for (const details of ['actual', 'none'] as const)
      expect(written(name, details, 'staff').includes(SECRET)).toBe(name !== 'gradescope');
  });
});

test('what is shown of a failure is what the program did, where, and the hints of the author', () => {
  const [shown] = forAudience(failed('actual'), 'student').scenarios;
  expect(shown?.runs).toEqual([]);
  expect(shown?.findings).toEqual([
    {
      step: expect.objectContaining({ index: 2, name: 'the echo' }),
      row: 'row 2 of 2',
      cause: 'different',
      summary: 'What the program did is not what was expected.',
      actual: `"${OWN}"`,
      evidence: [`stderr: ${OWN} error`],
    },
  ]);
  const [none] = forAudience(failed('none'), 'student').scenarios;
  expect(none?.findings).toEqual([
    {
      cause: 'unknown',
      summary: 'This scenario failed. The assignment does not show why.',
      evidence: [],
    },
  ]);
});

test('the message for hidden scenarios stands in for one without details; one that passed says nothing', () => {
  const hinted = withFailureDetails(
    verdict('fail', { failureDetails: 'none', hiddenMessage: 'Read section 3.' }),
  );
  expect(hinted.findings.map(({ summary }) => summary)).toEqual(['Read section 3.']);
  const passed = verdict('pass', { failureDetails: 'none', findings: [finding({ remark: true })] });
  expect(withFailureDetails(passed).findings).toEqual([]);
  const open = withFailureDetails(verdict('inconclusive', { failureDetails: 'none' }));
  expect(open.findings).toEqual([expect.objectContaining({ because: 'interference' })]);
});

test('two scenarios that show nothing are not called the same', () => {
  const [one] = failed('none').scenarios;
  if (!one) throw new Error('no scenario');
  const text =
    RENDERERS.terminal?.(report([one, { ...one, id: 'another' }]), { ...STAFF, audience: 'student' }) ?? '';
  expect(text).not.toMatch(/the same as/i);
});

test('a real run: the hint of a diagnosis stays, the difference and what a secret scenario sent do not', async () => {
  const server = `import socket, sys
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[1]))); s.listen()
while True:
    c, _ = s.accept(); line = c.recv(99); print("got", line.decode().strip(), flush=True); c.sendall(line.upper())
`;
  const steps = (word: string, wanted: string, diagnose: string) => `    steps:
      - start: server
      - connect: a
      - send: { line: ${word} }
      - expect: { equals: "${wanted}\\n"${diagnose} }
`;
  const spec = specOf('server: {}', {
    some: `    failure_details: actual\n${steps('apples', 'SECRET', ', diagnose: [{ when: { contains: APP }, hint: Not in capitals. }]')}`,
    none: `    failure_details: none\n${steps('lemons', 'SECRET', '')}`,
  });
  const graded = await gradeInline({ 'server.py': server }, spec);
  const [some, none] = forAudience(graded, 'student').scenarios;
  expect(some?.findings[0]).toMatchObject({ hint: 'Not in capitals.', cause: 'different' });
  expect(some?.findings[0]?.actual).toContain('APPLES');
  expect(some?.findings[0]?.evidence).toContain('stdout: got apples');
  expect(JSON.stringify([some, none])).not.toMatch(/SECRET|lemons|offset|byte 0/);
  expect(none?.findings).toHaveLength(1);
});
