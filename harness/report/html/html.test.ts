import { createHash } from 'node:crypto';
import type { Finding, NewTraceEvent, Report } from '../../model/index.ts';
import { processorTime } from '../../testing/processor-time.ts';
import { renderHtml } from './index.ts';
import { byHand } from './repeat.ts';
import {
  echoTrace,
  failedVerdict,
  findingOf,
  HOSTILE,
  reportOf,
  runOf,
  START,
  stream,
  traceOf,
  verdictOf,
} from './testing.ts';

const LIMIT = 2_000_000;

function timed(report: Report): { page: string; elapsed: number } {
  const began = processorTime();
  const page = renderHtml(report);
  return { page, elapsed: processorTime() - began };
}

describe('the page', () => {
  const page = renderHtml(
    reportOf([
      failedVerdict({ id: 'broken', title: 'It breaks' }),
      failedVerdict({ id: 'unsure', title: 'Nobody knows' }, findingOf({ because: 'interference' })),
      verdictOf({ id: 'practice', points: 0, maxPoints: 0 }),
    ]),
  );

  test('opens what failed and what is inconclusive, and not what passed', () => {
    expect(
      [...page.matchAll(/<details class="scenario (\w+)" data-status="\w+"( open)?>/g)].map((m) => [
        m[1],
        m[2],
      ]),
    ).toEqual([
      ['fail', ' open'],
      ['inconclusive', ' open'],
      ['pass', undefined],
    ]);
  });

  test('folds failures beyond the third, each with its reason, and findings beyond the third of one failure', () => {
    const finding = (at: number) => findingOf({ summary: `Reason ${at}.` });
    const failures = [0, 1, 2, 3, 4].map((at) => failedVerdict({ id: `f${at}` }, finding(at)));
    const unsure = failedVerdict({ id: 'unsure' }, findingOf({ because: 'interference' }));
    const many = {
      ...failures[0],
      findings: [1, 2, 3, 4, 5].map((at) => findingOf({ summary: `Reason ${at}.` })),
    };
    const folded = renderHtml(reportOf([unsure, many as typeof unsure, ...failures.slice(1)]));
    const opened = [...folded.matchAll(/<details class="scenario (\w+)" data-status="\w+"( open)?>/g)];
    expect(opened.map(([, status, open]) => `${status}${open ?? ''}`)).toEqual([
      'inconclusive',
      ...['fail open', 'fail open', 'fail open'],
      ...['fail', 'fail'],
    ]);
    expect(folded).toContain('<span class="lead">Reason 4.</span>');
    expect(folded).not.toContain('<span class="lead">Reason 2.</span>');
    const places = ['Reason 3.</p>', '<summary>2 more findings</summary>', 'Reason 4.</p>', 'Reason 5.</p>'];
    const found = places.map((text) => folded.indexOf(text));
    expect(found).not.toContain(-1);
    expect(found).toEqual([...found].sort((a, b) => a - b));
  });

  test('says of an inconclusive scenario that it is neither right nor wrong, and of one for 0 points that it is', () => {
    expect(page).toContain('Inconclusive is neither right nor wrong.');
    expect(page).toContain('2 points still open');
    expect(page).toContain('Inconclusive: something else interfered.');
    expect(page).toContain('for practice</span>');
    expect(page).toContain('<span class="soft">no points</span>');
  });

  test('shows the finding before the timeline, and how to repeat it', () => {
    expect(page.indexOf('The reply differs')).toBeLessThan(page.indexOf('<svg'));
    expect(page).toContain('socket-grader run submissions/ada --spec echo.grade.yaml --only broken --seed ');
    expect(page).toContain('printf &#39;hello\\n&#39; | nc 127.0.0.1 9000');
    expect(page).toContain('man 2 send');
    expect(page).toContain('runs as <code>./server PORT</code>');
  });

  test('forbids everything but its own style and script', () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? '';
    const hash = (tag: string) =>
      createHash('sha256')
        .update(new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(page)?.[1] ?? '')
        .digest('base64');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`style-src 'sha256-${hash('style')}'`);
    expect(policy).toContain(`script-src 'sha256-${hash('script')}'`);
    expect(page).not.toMatch(/ (style|on\w+|src)=/);
  });

  test('a build that failed is reported once', () => {
    const finding = findingOf({ cause: 'build_failed', summary: 'It could not be built.' });
    const built = renderHtml(
      reportOf([failedVerdict({ runs: [] }, finding), failedVerdict({ runs: [] }, finding)], {
        build: [
          { command: 'make', ok: false, exitCode: 2, durationMs: 1, output: 'server.c:1: <error>\u001b[0m' },
        ],
      }),
    );
    expect(built.match(/It could not be built\./g)).toHaveLength(1);
    expect(built).toContain('server.c:1: &lt;error&gt;\\x1b[0m');
  });
});

describe('hostile text', () => {
  const text = HOSTILE.toString();
  const finding: Finding = findingOf({
    summary: text,
    expected: text,
    actual: text,
    evidence: [text, `stdout: ${text}`],
    hint: text,
    row: text,
  });
  const page = renderHtml(
    reportOf(
      [
        failedVerdict(
          {
            id: text,
            title: text,
            explain: text,
            references: [
              { title: text, man: text, url: 'javascript:alert(1)' },
              { title: text, url: `https://x/${text}` },
            ],
          },
          finding,
          echoTrace(HOSTILE),
        ),
      ],
      {
        spec: { title: text, file: text, sha256: text },
        submission: { id: text, path: text, sha256: text, run: { server: text } },
        build: [{ command: text, ok: true, exitCode: 0, durationMs: 1, output: text }],
      },
    ),
  );

  test('makes no element, no attribute and no control character', () => {
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page.match(/<title>/g)).toHaveLength(1);
    expect(page).not.toMatch(/<img|<\/svg>\]\]>/);
    expect(page).not.toMatch(/[^\P{C}\n\t\u200c\u200d]|[\u2028\u2029]/u);
    expect(page).not.toContain('href="javascript');
  });

  test('is still there to be read', () => {
    expect(page).toContain('&lt;script&gt;window.hurt=1&lt;/script&gt;');
    expect(page).toContain('\\u{202e}');
    expect(page).toContain('\\x1b[31m');
    expect(page).toContain('\\xff\\xfe');
  });
});

describe('the size', () => {
  test('a reply of 64 MiB and a million events take less than a second and 2 MB', () => {
    const events: NewTraceEvent[] = [START, { type: 'connect', conn: 'a', host: '::1', port: 1 }];
    for (let at = 0; events.length < 1_000_000; at += 1)
      events.push({ type: at % 2 === 0 ? 'received' : 'sent', conn: 'a', offset: at * 64, length: 64 });
    const big = stream(Buffer.alloc(64 << 20, HOSTILE));
    const trace = traceOf(events, { 'a.received': big, 'a.sent': big, 'server#1.stdout': big });
    const { page, elapsed } = timed(reportOf([failedVerdict({}, findingOf({ event: 400_000 }), trace)]));
    expect(Buffer.byteLength(page)).toBeLessThan(LIMIT / 4);
    expect(elapsed).toBeLessThan(1000);
  });

  test('two thousand failed scenarios with long texts stay below 2 MB, and the page says what is missing', () => {
    const long = '<'.repeat(100_000);
    const many = Array.from({ length: 60 }, () =>
      findingOf({ summary: long, expected: long, actual: long, evidence: [long, long], hint: long }),
    );
    const runs = Array.from({ length: 40 }, (_, row) =>
      runOf(echoTrace(HOSTILE), { row: `size=${row}`, status: 'fail', findings: many }),
    );
    const verdict = failedVerdict({ findings: many, runs, explain: long, title: long, id: long });
    const { page, elapsed } = timed(reportOf(Array.from({ length: 2_000 }, () => verdict)));
    expect(Buffer.byteLength(page)).toBeLessThan(LIMIT);
    expect(page).toMatch(/[\d,]+ more scenarios not shown/);
    expect(page).toContain('and 48 more findings like it');
    expect(elapsed).toBeLessThan(1000);
  });
});

describe('the lines to repeat it by hand', () => {
  test('print the same bytes, in the same pieces, and end as the client did', () => {
    const bytes = Buffer.from("100% 'x'\\\0\xff\n", 'latin1');
    const trace = traceOf(
      [
        START,
        { type: 'connect', conn: 'a', host: '127.0.0.1', port: 9000 },
        { type: 'sent', conn: 'a', offset: 0, length: 5 },
        { type: 'sent', conn: 'a', offset: 5, length: bytes.length - 5 },
        { type: 'local_close', conn: 'a', how: 'half_close' },
        { type: 'signal', program: 'server', instance: 1, signal: 'SIGSTOP', reason: 'step' },
      ],
      { 'a.sent': stream(bytes) },
    );
    expect(byHand(trace)).toEqual([
      '',
      '# by hand, in the folder of the program',
      './server 9000 &',
      "{ printf '100%% '; sleep 0.2; printf '\\047x\\047\\134\\000\\377\\n'; } | nc -N 127.0.0.1 9000",
      '# not in these lines: SIGSTOP to the program',
    ]);
  });
});
