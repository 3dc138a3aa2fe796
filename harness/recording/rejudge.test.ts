import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type GradeOptions, grade } from '../grading/grade.ts';
import type { Recording } from '../grading/recording-of.ts';
import type { Report } from '../model/index.ts';
import { ROOT, runCli, unwrapped } from '../testing/cli.ts';
import { specOf, statuses, verdictOf, withSubmission } from '../testing/inline.ts';
import { readRecording, writeRecording } from './recording-file.ts';
import { rejudge } from './rejudge.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'rejudge-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function record(options: GradeOptions): Promise<{ report: Report; recording: Recording }> {
  let recording: Recording | undefined;
  const report = await grade({ seed: 'again', ...options }, (event) => {
    if (event.type === 'recorded') recording = event.recording;
  });
  if (!recording) throw new Error('nothing was recorded');
  return { report, recording };
}

/** Answers every line in capitals; one client after another. */
const SHOUT = `import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[1])))
s.listen(5)
while True:
    c, a = s.accept()
    for line in c.makefile("rb"):
        c.sendall(line.upper())
    c.close()
`;
const PROGRAM = 'server: { env: { WHO: me } }';
const ASK = (expectation: string, more = '') => `    points: 2
    steps:
      - start: server
      - connect: a
      - send: "hello\\n"
      - expect: ${expectation}
      - send: "again\\n"
      - expect: "AGAIN\\n"
${more}`;

function spec(scenarios: Record<string, string>, program = PROGRAM): string {
  const file = path.join(folder, 'a.grade.yaml');
  writeFileSync(file, specOf(program, scenarios));
  return file;
}

/** Grades by one specification, and judges what was recorded by another. */
async function changed(
  before: Record<string, string>,
  after: Record<string, string>,
  { program = PROGRAM, source = SHOUT }: { program?: string; source?: string } = {},
) {
  return withSubmission({ 'server.py': source }, async (submission) => {
    const { report, recording } = await record({ submission, spec: spec(before) });
    const again = await rejudge(recording, { spec: spec(after, program) });
    return { report, again };
  });
}

test('a soft step that is corrected is no failure, though later steps read other bytes then', async () => {
  const steps = (soft: string) => `    steps:
      - start: server
      - connect: a
      - send: "hello\\n"
      - expect: ${soft}
        soft: true
      - send: "again\\n"
      - expect: { read: line, regex: '^[A-Z]+$' }
      - close: a
`;
  const { report, again } = await changed(
    { one: steps('{ regex: "^ZZZ" }') },
    { one: steps('{ equals: "HELLO\\n" }') },
  );
  expect(statuses(report)).toEqual({ one: 'fail' });
  expect(['pass', 'inconclusive']).toContain(statuses(again).one);
  expect(JSON.stringify(again.scenarios)).not.toContain('ended before it was decided');
});

describe('by the same specification a recording gets the same verdicts', () => {
  test.each([
    ['echo/recv-once', 'echo'],
    ['echo/no-reuseaddr', 'echo'],
    ['echo/compile-error', 'echo'],
    ['hey-there/small-buffer-truncates', 'hey-there'],
    ['client/recv-once', 'client'],
    ['socket-basics/python-greeter', 'socket-basics'],
  ])('%s', async (fixture, name) => {
    const file = path.join(ROOT, 'specs', `${name}.grade.yaml`);
    const submission = path.join(ROOT, 'fixtures', fixture);
    const { report, recording } = await record({ submission, spec: file });
    const saved = path.join(folder, 'trace.jsonl.gz');
    await writeRecording(saved, recording);
    const read = await readRecording(saved);
    expect(isDeepStrictEqual(read, recording)).toBe(true);
    expect(await rejudge(read, { spec: file })).toEqual(report);
  });
});

describe('by another specification', () => {
  test('points, hints, titles and visibility are the new ones', async () => {
    const wrong = ASK('"hello\\n"');
    const { again } = await changed(
      { one: wrong },
      {
        one: `    visibility: hidden\n${wrong.replace('points: 2', 'points: 5').replace('- expect:', '- hint: Do not shout.\n        expect:')}`,
      },
    );
    expect(verdictOf(again, 'one')).toMatchObject({ status: 'fail', maxPoints: 5, visibility: 'hidden' });
    expect(verdictOf(again, 'one').findings[0]?.hint).toBe('Do not shout.');
    expect(again.maxPoints).toBe(5);
  });

  test('a matcher that forgives turns a failed last step into a pass', async () => {
    const steps = (wanted: string) =>
      `    steps:\n      - start: server\n      - connect: a\n      - send: "hello\\n"\n      - expect: ${wanted}\n`;
    const { report, again } = await changed(
      { one: steps('"hello\\n"') },
      { one: steps('{ equals: "hello\\n", ignore: [case] }') },
    );
    expect([statuses(report), statuses(again)]).toEqual([{ one: 'fail' }, { one: 'pass' }]);
    expect(again.points).toBe(1);
  });

  test('a stricter matcher fails where the run went on, and says nothing of what arrived after', async () => {
    const { report, again } = await changed(
      { one: ASK('{ contains: "LLO\\n" }') },
      { one: ASK('"hello\\n"') },
    );
    expect(statuses(report)).toEqual({ one: 'pass' });
    const { status, findings } = verdictOf(again, 'one');
    expect([status, findings.map(({ step }) => step?.index)]).toEqual(['fail', [3]]);
  });

  test.each([
    [
      'a step that passes now, where the run ended',
      ASK('"hello\\n"'),
      ASK('"HELLO\\n"'),
      'step 5 (send)',
      'the run ended at step 4',
    ],
    [
      'other bytes sent',
      ASK('"HELLO\\n"'),
      ASK('"HELLO\\n"').replace('again', 'other'),
      'step 5 (send)',
      'it did something else',
    ],
    [
      'a new step',
      ASK('"HELLO\\n"'),
      ASK('"HELLO\\n"', '      - half_close: a\n      - expect: { closed: true }\n'),
      'step 7 (half_close)',
      'the run ended',
    ],
    [
      'another verb',
      ASK('"HELLO\\n"'),
      ASK('"HELLO\\n"').replace('- send: "again\\n"', '- half_close: a'),
      'step 5 (half_close)',
      'at its place was "send"',
    ],
    [
      'silence instead of bytes',
      ASK('"HELLO\\n"'),
      ASK('{ nothing: true, for: 200ms }'),
      'step 4 (expect)',
      'did not wait',
    ],
    [
      'more bytes than the run waited for',
      ASK('{ starts_with: "HE" }'),
      ASK('{ length: 60 }'),
      'step 4 (expect)',
      'did not wait',
    ],
  ])('%s cannot be decided, and is not guessed', async (_, before, after, step, why) => {
    const { again } = await changed({ one: before }, { one: after });
    const { status, points, findings } = verdictOf(again, 'one');
    expect([status, points]).toEqual(['inconclusive', 0]);
    expect(findings.at(-1)).toMatchObject({ because: 'not_recorded' });
    expect(findings.at(-1)?.summary).toContain(step);
    expect(findings.at(-1)?.summary).toContain(why);
  });

  test('what changed behind a failure that stands does not matter', async () => {
    const { again } = await changed(
      { one: ASK('"hello\\n"') },
      { one: ASK('"hello\\n"').replace('again', 'other') },
    );
    expect(statuses(again)).toEqual({ one: 'fail' });
  });

  test('a new scenario, and one that was skipped then, were not recorded; one that is gone is gone', async () => {
    const { report, again } = await changed(
      {
        first: ASK('"hello\\n"'),
        second: `    requires: [first]\n${ASK('"HELLO\\n"')}`,
        third: ASK('"HELLO\\n"'),
      },
      {
        first: ASK('{ contains: "LLO\\n" }').replace(/ {6}- send: "again[\s\S]*/, ''),
        second: `    requires: [first]\n${ASK('"HELLO\\n"')}`,
        fourth: ASK('"HELLO\\n"'),
      },
    );
    expect(statuses(report)).toEqual({ first: 'fail', second: 'skip', third: 'pass' });
    expect(statuses(again)).toEqual({ first: 'pass', second: 'inconclusive', fourth: 'inconclusive' });
  });

  test('a scenario is skipped when the one that it requires fails now', async () => {
    const second = `    requires: [first]\n${ASK('"HELLO\\n"')}`;
    const { again } = await changed(
      { first: ASK('"HELLO\\n"'), second },
      { first: ASK('"hello\\n"'), second },
    );
    expect(statuses(again)).toEqual({ first: 'fail', second: 'skip' });
  });

  test('a program that is now started otherwise was not recorded so', async () => {
    const same = { one: ASK('"HELLO\\n"') };
    const { again } = await changed(same, same, { program: PROGRAM.replace('me', 'you') });
    expect(statuses(again)).toEqual({ one: 'inconclusive' });
    expect(verdictOf(again, 'one').findings[0]?.summary).toContain(
      'builds or starts the program in another way',
    );
  });

  test('a longer deadline cannot be decided where the time was up, and can where the program was idle', async () => {
    const steps = (within: string) => `    steps:
      - start: server
      - connect: a
      - send: "hello\\n"
      - expect: { equals: "hello\\n!", within: ${within} }
`;
    const before = { one: steps('300ms') };
    const after = { one: steps('400ms') };
    const rested = await changed(before, after);
    expect([statuses(rested.report), statuses(rested.again)]).toEqual([{ one: 'fail' }, { one: 'fail' }]);
    const sleeps = SHOUT.replace('c.sendall', '__import__("time").sleep(60); c.sendall');
    const sleeping = await changed(before, after, { source: sleeps });
    expect([statuses(sleeping.report), statuses(sleeping.again)]).toEqual([
      { one: 'fail' },
      { one: 'inconclusive' },
    ]);
  });
});

describe('the command', () => {
  const MAIN = ['run', path.join(ROOT, 'fixtures/echo/recv-once'), '--spec', 'echo'];

  test('judges folders again with the exit status of run, and reads what was changed', async () => {
    const out = path.join(folder, 'out');
    expect((await runCli([...MAIN, '--only', 'listens,fragments', '--out', out, '--quiet'])).code).toBe(1);
    const text = readFileSync(path.join(ROOT, 'specs/echo.grade.yaml'), 'utf8');
    const file = path.join(folder, 'new.grade.yaml');
    writeFileSync(file, text.replace(/(- id: listens\n)/, '$1    visibility: hidden\n'));
    const again = path.join(folder, 'again');
    const result = await runCli(['rejudge', out, '--spec', file, '--out', again, '--audience', 'student']);
    expect(result).toMatchObject({ code: 1, stderr: '' });
    expect(result.stdout).toContain('fragments');
    expect(result.stdout).not.toContain('listens');
    const same = await runCli(['rejudge', out, out, '--only', 'listens', '--quiet', '--out', again]);
    expect(same).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  });

  test('a recording never lies among files for students', async () => {
    const out = path.join(folder, 'out');
    const [fragments, student] = [
      ['--only', 'listens'],
      ['--audience', 'student'],
    ];
    expect((await runCli([...MAIN, ...fragments, '--out', out, '--quiet'])).code).toBe(0);
    const refused = await runCli(['rejudge', out, ...student]);
    expect([refused.code, unwrapped(refused.stderr)]).toEqual([2, expect.stringContaining('--out DIR')]);
    const record = path.join(out, 'mine.gz');
    const asked = await runCli([...MAIN, ...fragments, ...student, '--out', out, '--record', record]);
    expect([asked.code, unwrapped(asked.stderr)]).toEqual([
      2,
      expect.stringContaining('among files for students'),
    ]);
    // A run for students takes away what an earlier one left.
    expect((await runCli([...MAIN, ...fragments, ...student, '--out', out, '--quiet'])).code).toBe(0);
    expect(unwrapped((await runCli(['rejudge', out])).stderr)).toContain('there is no trace.jsonl.gz in it');
  });

  test.each([
    ['no gzip', Buffer.from('hello'), "can't be read"],
    ['no JSON', gzipSync('hello\n'), "can't be read"],
    ['something else', gzipSync('{"head":{"schema":"x"}}\n{"end":0}\n'), 'not a complete recording'],
    ['nothing', gzipSync(''), 'not a complete recording'],
  ])('%s is refused', async (_, bytes, words) => {
    const file = path.join(folder, 'x.gz');
    writeFileSync(file, bytes);
    const { code, stderr } = await runCli(['rejudge', file]);
    expect([code, unwrapped(stderr)]).toEqual([2, expect.stringContaining(words)]);
    expect(unwrapped(stderr)).toContain('socket-grader run');
  });

  test('one that was cut off is refused, too', async () => {
    const out = path.join(folder, 'out');
    await runCli([...MAIN, '--only', 'listens', '--out', out, '--quiet']);
    const whole = readFileSync(path.join(out, 'trace.jsonl.gz'));
    const file = path.join(folder, 'x.gz');
    writeFileSync(file, whole.subarray(0, -20));
    expect(unwrapped((await runCli(['rejudge', file])).stderr)).toContain("can't be read");
    const lines = gunzipSync(whole).toString().trimEnd().split('\n');
    writeFileSync(file, gzipSync(lines.slice(0, -1).join('\n')));
    expect(unwrapped((await runCli(['rejudge', file])).stderr)).toContain('not a complete recording');
  });
});
