import { createHash } from 'node:crypto';
import type {
  Finding,
  NewTraceEvent,
  Report,
  RunVerdict,
  Stream,
  Trace,
  TraceEvent,
  Verdict,
} from '../../model/index.ts';

/** Bytes and text that do harm where they are not taken as text: markup, controls, bidi, ANSI, invalid UTF-8. */
export const HOSTILE = Buffer.concat([
  Buffer.from(
    '<script>window.hurt=1</script></title></svg>]]>"\'`<img src=x onerror=window.hurt=1>&amp;\u202eabc\u2066',
  ),
  Buffer.from('\0\x07\x1b[31mred\x1b]0;t\x07\u2028\ufeff\u009b'),
  Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0x0a]),
]);

export function stream(bytes: Buffer, length = bytes.length): Stream {
  return {
    length,
    kept: bytes.length,
    base64: bytes.toString('base64'),
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

/** A trace of events, 10 ms apart unless an event has a time of its own. */
export function traceOf(
  events: readonly (NewTraceEvent & { readonly t?: number })[],
  streams: Trace['streams'] = {},
): Trace {
  const timed = events.map((event, at): TraceEvent => ({ ...event, t: event.t ?? at * 10 }));
  return { events: timed, streams, durationMs: timed.at(-1)?.t ?? 0 };
}

export const START: NewTraceEvent = {
  type: 'process_start',
  program: 'server',
  instance: 1,
  pid: 7,
  argv: ['./server', '9000'],
  cwd: '/tmp/run-1',
  port: 9000,
};

/** A run of an echo server: it is started, a client connects, sends and gets something back. */
export function echoTrace(bytes = Buffer.from('hello\n')): Trace {
  return traceOf(
    [
      { type: 'step_begin', step: 0 },
      START,
      { type: 'step_begin', step: 1 },
      { type: 'connect', conn: 'a', host: '127.0.0.1', port: 9000 },
      { type: 'connected', conn: 'a', localPort: 4242 },
      { type: 'step_begin', step: 2 },
      { type: 'sent', conn: 'a', offset: 0, length: bytes.length },
      { type: 'output', program: 'server', instance: 1, stream: 'stdout', offset: 0, length: bytes.length },
      { type: 'step_begin', step: 3 },
      { type: 'received', conn: 'a', offset: 0, length: bytes.length, t: 900 },
      { type: 'eof', conn: 'a', by: 'rst', t: 901 },
      { type: 'step_end', step: 3, timedOut: false, rested: false, granted: 0, t: 902 },
      { type: 'signal', program: 'server', instance: 1, signal: 'SIGKILL', reason: 'teardown', t: 903 },
    ],
    { 'a.sent': stream(bytes), 'a.received': stream(bytes), 'server#1.stdout': stream(bytes) },
  );
}

export function findingOf(parts: Partial<Finding> = {}): Finding {
  return {
    step: { index: 3, verb: 'expect', file: 'echo.grade.yaml', line: 9, column: 5 },
    cause: 'different',
    summary: 'The reply differs from byte 3 on.',
    expected: 'exactly "hello"',
    actual: '"hexlo"',
    evidence: ['the program was blocked in recv'],
    hint: 'Send back what came.',
    event: 10,
    ...parts,
  };
}

export function runOf(trace: Trace, parts: Partial<RunVerdict> = {}): RunVerdict {
  return { attempt: 1, status: 'pass', findings: [], trace, ...parts };
}

export function verdictOf(parts: Partial<Verdict> = {}): Verdict {
  return {
    id: 'send-reply',
    title: 'What was sent comes back',
    status: 'pass',
    points: 2,
    maxPoints: 2,
    visibility: 'visible',
    attempts: 1,
    flaky: false,
    durationMs: 900,
    findings: [],
    explain: 'The client sends a line.\n\nIt gets it back.',
    references: [{ title: 'send on a socket', man: 'send(2)' }],
    runs: [runOf(echoTrace())],
    ...parts,
  };
}

/** A verdict with one finding in its one run. */
export function failedVerdict(
  parts: Partial<Verdict> = {},
  finding = findingOf(),
  trace = echoTrace(),
): Verdict {
  const findings = [finding];
  const status = finding.because === undefined ? 'fail' : 'inconclusive';
  return verdictOf({ status, points: 0, findings, runs: [runOf(trace, { status, findings })], ...parts });
}

export function reportOf(scenarios: readonly Verdict[], parts: Partial<Report> = {}): Report {
  return {
    schema: 'socket-grader/report/v1',
    grader: { version: '0.0.0' },
    spec: { title: 'Echo server', file: 'echo.grade.yaml', sha256: 'a'.repeat(64) },
    submission: {
      id: 'ada',
      path: 'submissions/ada',
      sha256: 'b'.repeat(64),
      run: { server: `./server \${{ port }}` },
    },
    host: { platform: 'linux 6', node: 'v20.19.0', cores: 2, evidence: 'kernel', unseen: [] },
    isolation: { level: 'none', lost: ['limits'] },
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 1000,
    seed: '1',
    points: 2,
    maxPoints: 4,
    status: 'fail',
    interrupted: false,
    scenarios,
    ...parts,
  };
}
