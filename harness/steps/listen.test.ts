import net from 'node:net';
import { SpecError } from '../base/spec-error.ts';
import { gradeInline, specOf, statuses, verdictOf } from '../testing/inline.ts';

/** Connects as often as asked, says who it is, prints what comes, one connection after another. */
const TWICE = `
import socket, sys
for name in ("first", "second"):
    s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
    s.sendall(name.encode() + b"\\n")
    s.shutdown(socket.SHUT_WR)
    print(s.recv(100).decode(), end="", flush=True)
    s.close()
`;
/** Prints every line of its input in upper case. */
const UPPER = `
import sys
for line in sys.stdin:
    print(line.upper(), end="", flush=True)
print("bye", file=sys.stderr)
sys.exit(3)
`;

test('a client that comes twice is accepted twice, in order, and is answered after its FIN', async () => {
  const report = await gradeInline(
    { 'client.py': TWICE },
    specOf('client: {}', {
      twice: `
    steps:
      - listen: l
      - start: client
      - accept: a
      - expect: { on: a, read: close, equals: { line: first } }
      - send: { on: a, line: "to \${{ host }}" }
      - accept: b
      - expect: { on: b, equals: { line: second } }
      - send: { on: b, line: two }
      - check: { program: client, stdout: { equals: "to 127.0.0.1\\ntwo\\n" } }
      - check: { program: client, is: exited, code: 0 }
`,
      thrice: `
    steps:
      - listen: l
      - start: client
      - accept: a
      - send: { on: a, line: one }
      - accept: b
      - send: { on: b, line: two }
      - accept: { as: c, within: 30s }
`,
    }),
  );
  expect(statuses(report)).toEqual({ twice: 'pass', thrice: 'fail' });
  const [finding] = verdictOf(report, 'thrice').findings;
  expect(finding?.summary).toMatch(
    /^The program exited with status 0 without having connected to port \d+ again/,
  );
  // A program that is gone is not waited for.
  expect(verdictOf(report, 'thrice').durationMs).toBeLessThan(20_000);
});

test('what is typed comes when it is typed, and its end when it ends', async () => {
  const report = await gradeInline(
    { 'client.py': UPPER },
    specOf('client: {}', {
      typed: `
    steps:
      - start: client
      - stdin: { line: one }
      - check: { program: client, stdout: { equals: "ONE\\n" } }
      - stdin: two
      - check: { program: client, is: running, for: 50ms }
      - stdin: { eof: true }
      - check: { program: client, stdout: { equals: "ONE\\nTWO" } }
      - check: { program: client, printed: { contains: bye } }
      - check: { program: client, is: exited, code: { not: 0 } }
      - check: { program: client, is: exited, code: 3 }
`,
      'wrong-stream': `
    steps:
      - start: client
      - stdin: { line: one, eof: true }
      - check: { program: client, stdout: { contains: bye }, within: 30s }
`,
      'wrong-status': `
    steps:
      - start: client
      - stdin: { eof: true }
      - check: { program: client, is: exited, code: { not: 3 } }
`,
    }),
  );
  expect(statuses(report)).toEqual({ typed: 'pass', 'wrong-stream': 'fail', 'wrong-status': 'fail' });
  expect(verdictOf(report, 'wrong-stream').findings[0]?.actual).toBe('stdout: ONE\\n');
  expect(verdictOf(report, 'wrong-stream').durationMs).toBeLessThan(20_000);
  expect(verdictOf(report, 'wrong-status').findings[0]?.expected).toBe('exits with a status other than 3');
});

test('a crash is not the status that a program should exit with', async () => {
  const crash = 'import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n';
  const report = await gradeInline(
    { 'client.py': crash },
    specOf('client: {}', {
      crash: '    steps: [{ start: client }, { check: { program: client, is: exited, code: { not: 0 } } }]',
    }),
  );
  expect(verdictOf(report, 'crash')).toMatchObject({ status: 'fail', findings: [{ cause: 'crashed' }] });
});

test('a port that somebody else holds is not held against the program', async () => {
  const stranger = net.createServer();
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  const { port } = stranger.address() as net.AddressInfo;
  try {
    const report = await gradeInline(
      { 'client.py': UPPER },
      specOf('client: {}', {
        taken: `    steps: [{ listen: { as: l, port: ${port} } }, { start: client }, { accept: a }]`,
      }),
    );
    const verdict = verdictOf(report, 'taken');
    expect(verdict).toMatchObject({
      status: 'inconclusive',
      findings: [{ because: 'interference', cause: 'port_taken' }],
    });
  } finally {
    await new Promise((resolve) => stranger.close(resolve));
  }
});

test('names of listeners are checked before anything runs', async () => {
  const bad = specOf('client: {}', {
    bad: `
    steps:
      - accept: a
      - listen: door
      - listen: door
      - accept: { on: dor, as: b }
      - accept: { as: c }
      - accept: { as: c }
`,
  });
  const error = await gradeInline({ 'client.py': UPPER }, bad).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(SpecError);
  const { rendered } = error as SpecError;
  for (const words of [
    'the grader does not listen here',
    'the grader listens as "door" already',
    'did you mean "door"?',
    'connection "c" is open already',
  ])
    expect(rendered).toContain(words);
});

test('a connection may be meant to be refused, or to come from a given port', async () => {
  const server = `
import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[1])))
s.listen()
c, peer = s.accept()
s.close()
c.sendall(b"%d" % peer[1])
c.recv(1)
`;
  const report = await gradeInline(
    { 'server.py': server },
    specOf('server: {}', {
      once: `
    steps:
      - start: server
      - connect: { as: a, source_port: 19123 }
      - expect: { equals: "19123" }
      - connect: { as: b, expect: refused }
      - send: { on: a, text: x }
`,
      refused: `
    steps:
      - start: server
      - connect: { as: a, expect: refused }
      - check: { program: server, is: running }
`,
    }),
  );
  expect(statuses(report)).toEqual({ once: 'pass', refused: 'fail' });
  expect(verdictOf(report, 'refused').findings[0]).toMatchObject({
    cause: 'not_refused',
    summary: 'The connection should have been refused; it was accepted.',
  });
});

/** Hands every line on to a second server on a port of its own, and hands back the answer. */
const RELAY = `
import socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    c, _ = s.accept()
    lines = c.makefile("rb")
    b = socket.create_connection(("127.0.0.1", 18084))
    answers = b.makefile("rb")
    for line in lines:
        b.sendall(line)
        c.sendall(answers.readline())
    b.close()
    c.close()
`;

test('scenarios in which the grader takes a fixed port are done one after another', async () => {
  const relays = (text: string) => `
    steps:
      - listen: { as: backend, port: 18084 }
      - start: server
      - connect: a
      - send: { on: a, line: ${text} }
      - accept: { on: backend, as: b }
      - expect: { on: b, equals: { line: ${text} } }
      - send: { on: b, line: back }
      - expect: { on: a, equals: { line: back } }
`;
  const report = await gradeInline(
    { 'server.py': RELAY },
    specOf('server: {}', { one: relays('one'), two: relays('two'), three: relays('three') }),
    { jobs: 4 },
  );
  expect(statuses(report)).toEqual({ one: 'pass', two: 'pass', three: 'pass' });
});

test('equals is about all that a program printed, not about the beginning', async () => {
  const prints = (matcher: string) => `
    steps:
      - start: client
      - check: { program: client, is: exited }
      - check: { program: client, stdout: ${matcher} }
`;
  const report = await gradeInline(
    { 'client.py': 'print("hello and more")\n' },
    specOf('client: {}', {
      whole: prints('{ equals: { line: hello and more } }'),
      beginning: prints('{ equals: hello }'),
      nothing: prints('{ equals: "" }'),
      other: prints('{ not: { equals: hello } }'),
      starts: prints('{ starts_with: hello }'),
    }),
  );
  expect(statuses(report)).toEqual({
    whole: 'pass',
    beginning: 'fail',
    nothing: 'fail',
    other: 'pass',
    starts: 'pass',
  });
});
