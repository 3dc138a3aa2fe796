import type { Report, TraceEvent } from '../../model/index.ts';
import { processorTime } from '../../testing/processor-time.ts';
import { CONSUMERS } from '../testing/consumers.ts';
import { RENDERERS } from '../testing/renderers.ts';
import { finding, report, STAFF, stream, trace, verdict } from '../testing/sample-report.ts';

const MIB = 1024 * 1024;
/** What a program may print: control characters, escape sequences, broken UTF-8 and halves of pairs, markup. */
const NASTY = '\u0000\u001b[31m\ud800 \udfff\ufffe\uffff\u202e]]>&<script>"\'`|@#::error::\r\n\\\ufeff';

function hugeReply(): Report {
  const bytes = Buffer.alloc(MIB, Buffer.from('ff00fe0a80', 'hex'));
  const big = trace({
    streams: { 'a.received': stream(bytes, 64 * MIB), 'a.sent': stream(bytes, 64 * MIB) },
  });
  const long = 'x'.repeat(64 * MIB);
  const found = finding({ actual: long, expected: long, evidence: [long, long], hint: long, summary: long });
  const scenarios = Array.from({ length: 20 }, (_, index) =>
    verdict('fail', {
      id: `f${index}`,
      findings: [found],
      runs: [{ attempt: 1, status: 'fail', findings: [found], trace: big }],
    }),
  );
  return report(scenarios);
}

function manyEvents(): Report {
  const events: TraceEvent[] = Array.from({ length: 1_000_000 }, (_, index) => ({
    t: index / 10,
    type: 'received',
    conn: 'a',
    offset: index,
    length: 1,
  }));
  const run = { attempt: 1, status: 'fail', findings: [], trace: trace({ events }) } as const;
  return report([verdict('fail', { runs: [run] }), verdict('pass')]);
}

function nasty(): Report {
  const text = NASTY.repeat(2_000);
  const found = finding({
    summary: text,
    expected: text,
    actual: text,
    evidence: Array.from({ length: 100 }, () => text),
    hint: text,
    row: text,
  });
  const findings = Array.from({ length: 100 }, () => found);
  const scenarios = (['fail', 'inconclusive', 'skip', 'pass'] as const).flatMap((status) =>
    Array.from({ length: 25 }, () => verdict(status, { title: NASTY, id: `${status} ${NASTY}`, findings })),
  );
  return report(scenarios, { spec: { ...report([]).spec, title: NASTY } });
}

/** Milliseconds of processor time, without the collector's clearing up after what was made before. */
function leastTime(work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let times = 0; times < 3 && (times === 0 || least > 200); times += 1) {
    const began = processorTime();
    work();
    least = Math.min(least, processorTime() - began);
  }
  return least;
}

const NAMES = Object.keys(RENDERERS);

describe.each([
  ['replies of 64 MiB', hugeReply()],
  ['a million events', manyEvents()],
  ['hostile bytes', nasty()],
])('%s', (_, what) => {
  test.each(NAMES)('%s is valid, below 2 MB, and made within a second', (name) => {
    const render = () => RENDERERS[name]?.(what, { ...STAFF, trace: false }) ?? '';
    const took = leastTime(render);
    const text = render();
    expect(Buffer.byteLength(text)).toBeLessThan(2_000_000);
    expect(took).toBeLessThan(1_000);
    expect(() => CONSUMERS[name]?.(text)).not.toThrow();
    expect(Buffer.from(text).toString()).toBe(text);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
    // JSON keeps the author's own names as they are.
    if (name !== 'json') expect(text).not.toMatch(/[\u202e\ufffe\uffff]/);
  });
});

test('a pull request comment, a step summary and PrairieLearn’s results keep to their limits', () => {
  const size = (name: string) => Buffer.byteLength(RENDERERS[name]?.(nasty(), STAFF) ?? '');
  expect(size('markdown')).toBeLessThan(65_536);
  expect(size('github-summary')).toBeLessThan(MIB);
  expect(size('prairielearn')).toBeLessThan(1_000_000);
});

test('what does not fit in report.json is counted', () => {
  const file = JSON.parse(RENDERERS.json?.(manyEvents(), STAFF) ?? '');
  const [{ events, events_left_out }] = file.scenarios[0].trace;
  expect(events.length).toBeGreaterThan(1_000);
  expect(events.length + events_left_out).toBe(1_000_000);
});
