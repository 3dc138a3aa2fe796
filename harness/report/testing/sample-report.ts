import type { Finding, Report, Status, Stream, Trace, TraceEvent, Verdict } from '../../model/index.ts';

const SHA = '0'.repeat(64);

/** A finding with every field set. */
export function finding(over: Partial<Finding> = {}): Finding {
  return {
    step: { index: 2, verb: 'expect', name: 'the echo', file: 'echo.grade.yaml', line: 12, column: 7 },
    row: 'size=512',
    cause: 'truncated',
    summary: 'The reply ends after 3 of 5 bytes.',
    expected: '"hello"',
    actual: '"hel"',
    evidence: ['recv was called once', 'exited with status 0'],
    hint: 'Call recv until everything has come.',
    event: 1,
    ...over,
  };
}

/** A stream that says it is longer than what is kept of it. */
export function stream(bytes: Uint8Array, length = bytes.length): Stream {
  return { length, kept: bytes.length, sha256: SHA, base64: Buffer.from(bytes).toString('base64') };
}

/** A run with one program, one connection and some bytes. */
export function trace(over: Partial<Trace> = {}): Trace {
  const events: TraceEvent[] = [
    { t: 0, type: 'step_begin', step: 0 },
    {
      t: 1,
      type: 'process_start',
      program: 'server',
      instance: 1,
      pid: 4711,
      argv: ['python3', 'server.py'],
      cwd: '/scratch',
      port: 8080,
    },
    { t: 2, type: 'connect', conn: 'a', host: '127.0.0.1', port: 8080 },
    { t: 3, type: 'sent', conn: 'a', offset: 0, length: 5 },
    { t: 4, type: 'received', conn: 'a', offset: 0, length: 3 },
    { t: 5, type: 'eof', conn: 'a', by: 'fin' },
  ];
  return {
    events,
    streams: { 'a.sent': stream(Buffer.from('hello')), 'a.received': stream(Buffer.from('hel')) },
    durationMs: 6.5,
    ...over,
  };
}

/** A scenario that ended with some status, with the findings that go with it. */
export function verdict(status: Status, over: Partial<Verdict> = {}): Verdict {
  const findings = {
    pass: [],
    fail: [finding()],
    inconclusive: [finding({ because: 'interference', cause: 'unknown', summary: 'The port was taken.' })],
    skip: [finding({ because: 'capability', cause: 'unknown', summary: 'Not on this system.' })],
  }[status];
  return {
    id: `${status}-one`,
    title: `A scenario that ends with ${status}`,
    status,
    points: status === 'pass' ? 3 : 0,
    maxPoints: 3,
    visibility: 'visible',
    attempts: 1,
    flaky: false,
    durationMs: 120,
    findings,
    explain: 'TCP is a stream of bytes.',
    references: [{ title: 'receiving', man: 'recv(2)' }],
    runs: status === 'skip' ? [] : [{ attempt: 1, status, findings, trace: trace() }],
    ...over,
  };
}

/** A report of some scenarios. */
export function report(scenarios: readonly Verdict[], over: Partial<Report> = {}): Report {
  const counted = scenarios.filter(({ status }) => status !== 'skip');
  return {
    schema: 'socket-grader/report/v1',
    grader: { version: '0.1.0' },
    spec: { title: 'Echo server', file: 'echo.grade.yaml', sha256: SHA },
    submission: { id: 'ann', path: 'submissions/ann', sha256: SHA, run: { server: 'python3 server.py' } },
    host: { platform: 'linux 6.18', node: 'v20.20.2', cores: 2, evidence: 'kernel', unseen: [] },
    isolation: { level: 'full', lost: [] },
    startedAt: '2026-03-01T12:00:00.000Z',
    durationMs: 1234,
    seed: '42',
    points: counted.reduce((sum, { points }) => sum + points, 0),
    maxPoints: counted.reduce((sum, { maxPoints }) => sum + maxPoints, 0),
    status: 'fail',
    interrupted: false,
    scenarios,
    ...over,
  };
}

/** One scenario of each status. */
export function mixedReport(): Report {
  return report([verdict('pass'), verdict('fail'), verdict('inconclusive'), verdict('skip')]);
}

/** What Classroom 50's runner and GitHub Actions set. */
export const ENV = {
  CLASSROOM: 'networks',
  ASSIGNMENT: 'echo',
  SUBMISSION_TAG: 'submit/1',
  COMMIT_URL: 'https://example.org/commit/1',
  RELEASE_URL: 'https://example.org/releases/1',
  GITHUB_WORKSPACE: '/home/runner/work/echo',
};

/** Everything that a format may get, for staff. */
export const STAFF = {
  width: 100,
  colour: false,
  trace: true,
  audience: 'staff',
  env: ENV,
  token: 'a1b2c3d4e5f6a7b8c9',
} as const;
