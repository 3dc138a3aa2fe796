import type { Verdict } from '../model/index.ts';
import { forAudience } from './audience.ts';
import { finding, report, stream, trace, verdict } from './testing/sample-report.ts';

/** A scenario whose client has sent some lines and whose program has printed others. */
function sent(id: string, visibility: Verdict['visibility'], lines: string, printed = ''): Verdict {
  const streams = { 'a.sent': stream(Buffer.from(lines)), 'server.stdout': stream(Buffer.from(printed)) };
  return verdict('fail', {
    id,
    visibility,
    findings: [finding({ actual: printed, evidence: [`stdout: ${printed}`] })],
    runs: [{ attempt: 1, status: 'fail', findings: [], trace: trace({ streams }) }],
  });
}

const HIDDEN = sent('hidden', 'hidden', 'open sesame\r\nhello world\nshort\n');

/** What a student is shown of a visible scenario whose program printed something: its bytes, and its findings. */
function shown(printed: string): readonly string[] {
  const all = report([sent('visible', 'visible', 'hello world\n', printed), HIDDEN]);
  const [only] = forAudience(all, 'student').scenarios;
  const bytes = Buffer.from(only?.runs[0]?.trace.streams['server.stdout']?.base64 ?? '', 'base64');
  return [bytes.toString(), only?.findings[0]?.actual ?? '', only?.findings[0]?.evidence[0] ?? ''];
}

test('a line that only a hidden scenario sent is masked wherever a program prints it', () => {
  expect(shown('kept: open sesame!')).toEqual([
    'kept: ***********!',
    'kept: ***********!',
    'stdout: kept: ***********!',
  ]);
});

test('what visible scenarios sent as well, and short lines, stay', () => {
  expect(shown('hello world, short')).toEqual([
    'hello world, short',
    'hello world, short',
    'stdout: hello world, short',
  ]);
});

test('staff see all of it', () => {
  const all = report([sent('visible', 'visible', '', 'open sesame'), HIDDEN]);
  expect(forAudience(all, 'staff')).toBe(all);
});
