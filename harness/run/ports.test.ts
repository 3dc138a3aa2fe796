import { gradeInline, statuses, verdictOf } from '../testing/inline.ts';

/** Listens on the address and port that it is given, and sends back every line, with its name in front. */
const SERVER = `
import socket, sys, threading
name, host, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
family = socket.AF_INET6 if ":" in host else socket.AF_INET
s = socket.create_server((host, port), family=family)
def serve(c):
    for line in c.makefile("rb"):
        c.sendall(name.encode() + b": " + line)
while True:
    c, _ = s.accept()
    threading.Thread(target=serve, args=(c,), daemon=True).start()
`;
/** Tells the port of a second socket, as FTP does with PASV, and sends a file there. */
const PASSIVE = `
import socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
c, _ = s.accept()
f = c.makefile("rb")
while f.readline():
    d = socket.create_server(("127.0.0.1", 0))
    p = d.getsockname()[1]
    c.sendall(b"227 (127,0,0,1,%d,%d) %d\\n" % (p >> 8, p & 255, p))
    e, _ = d.accept()
    e.sendall(b"the file")
    e.close(); d.close()
`;

test('programs that run at the same time have a port each, and can be given each other’s', async () => {
  const report = await gradeInline(
    {
      'server.py': SERVER,
      'client.py':
        'import socket, sys\nfor p in sys.argv[1:]: socket.create_connection(("127.0.0.1", int(p))).sendall(b"hi\\n")\nimport time; time.sleep(60)',
    },
    `
version: 1
title: ports
programs:
  server: { run: "python3 server.py server 127.0.0.1 \${{ port }}" }
  tracker: { port: auto, run: "python3 server.py tracker 127.0.0.1 \${{ port }}" }
  client: { run: "python3 client.py \${{ ports.server }} \${{ ports.tracker }} \${{ ports.door }}" }
scenarios:
  - id: both
    title: both
    steps:
      - start: server
      - start: tracker
      - listen: door
      - start: client
      - accept: { on: door, as: c }
      - expect: { on: c, equals: "hi\\n" }
      - accept: { on: door, nothing: true, for: 50ms }
      - connect: { as: a, to: server }
      - connect: { as: b, to: tracker }
      - connect: { as: d, to: server, port: "\${{ ports.tracker }}" }
      - send: { on: a, line: "\${{ ports.tracker }}" }
      - expect: { on: a, equals: { line: "server: \${{ ports.tracker }}" } }
      - send: { on: b, line: one }
      - expect: { on: b, equals: { line: "tracker: one" } }
      - send: { on: d, line: two }
      - expect: { on: d, equals: { line: "tracker: two" } }
  - id: alone
    title: alone
    steps:
      - start: tracker
      - connect: { as: b, to: tracker }
      - send: { line: one }
      - expect: { equals: { line: "tracker: one" } }
      - listen: door
      - unlisten: door
`,
  );
  expect(verdictOf(report, 'both').findings).toEqual([]);
  expect(statuses(report)).toEqual({ both: 'pass', alone: 'pass' });
});

test('a program listens on another address, and is reached there', async () => {
  const report = await gradeInline(
    { 'server.py': SERVER },
    `
version: 1
title: addresses
programs:
  six: { host: "::1", run: "python3 server.py six \${{ host }} \${{ port }}" }
  four: { host: 127.0.0.2, run: "python3 server.py four \${{ host }} \${{ port }}" }
  wrong: { host: "::1", run: "python3 server.py wrong 127.0.0.1 \${{ port }}" }
scenarios:
  - id: six
    title: six
    steps: [{ start: six }, { connect: { as: a, to: six } }, { send: { line: x } }, { expect: { equals: { line: "six: x" } } }]
  - id: four
    title: four
    steps: [{ start: four }, { connect: { as: a, to: four, host: 127.0.0.2 } }, { send: { line: x } }, { expect: { equals: { line: "four: x" } } }]
  - id: other
    title: other
    steps: [{ start: four }, { connect: { as: a, to: four, host: 127.0.0.1, expect: refused } }, { check: { program: four, is: running } }]
  - id: wrong
    title: wrong
    steps: [{ start: wrong }, { check: { program: wrong, is: running } }]
  - id: lacking
    title: lacking
    steps: [{ start: six }, { connect: { as: a, to: six, host: 192.0.2.7 } }, { check: { conn: a, is: open } }]
`,
  );
  expect(statuses(report)).toEqual({
    six: 'pass',
    four: 'pass',
    other: 'pass',
    wrong: 'fail',
    lacking: 'inconclusive',
  });
  expect(verdictOf(report, 'wrong').findings[0]).toMatchObject({
    cause: 'other_address',
    summary: expect.stringContaining('::1'),
  });
  expect(verdictOf(report, 'lacking').findings[0]?.summary).toContain('192.0.2.7');
});

test('a port that a program has sent is connected to when it is its own', async () => {
  const steps = (port: string, more = '') => `
    steps:
      - start: server
      - connect: a
      - send: { on: a, line: PASV }
      - expect: { on: a, read: line, regex: '\\((?:\\d+,){4}(\\d+),(\\d+)\\) (\\d+)', capture: { high: 1, low: 2, port: 3 } }
      - connect: { as: d, port: ${port}${more} }`;
  const report = await gradeInline(
    { 'server.py': PASSIVE },
    `
version: 1
title: passive
programs: { server: {} }
scenarios:
  - id: digits
    title: digits${steps(`"\${{ port }}"`)}
      - expect: { on: d, read: close, equals: the file }
  - id: bytes
    title: bytes${steps(`{ high: "\${{ high }}", low: "\${{ low }}" }`, ', to: server')}
      - expect: { on: d, read: close, equals: the file }
  - id: foreign
    title: foreign${steps('9')}
  - id: nonsense
    title: nonsense${steps(`"1\${{ port }}"`)}
`,
  );
  expect(verdictOf(report, 'digits').findings).toEqual([]);
  expect(statuses(report)).toEqual({ digits: 'pass', bytes: 'pass', foreign: 'fail', nonsense: 'fail' });
  expect(verdictOf(report, 'foreign').findings[0]?.summary).toBe(
    'No program of this run can be reached on port 9.',
  );
  expect(verdictOf(report, 'nonsense').findings[0]?.summary).toMatch(/can't be used/);
});

test('a client is given a second port of the grader as two bytes, as in FTP', async () => {
  const client = `
import re, socket, sys
c = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
c.sendall(b"PASV\\n")
high, low = re.search(rb",(\\d+),(\\d+)\\)", c.recv(100)).groups()
d = socket.create_connection(("127.0.0.1", int(high) * 256 + int(low)))
print(d.makefile().read(), flush=True)
`.replaceAll('\\\\', '\\');
  const report = await gradeInline(
    { 'client.py': client },
    `
version: 1
title: passive client
programs: { client: { run: "python3 client.py \${{ port }}" } }
scenarios:
  - id: passive
    title: passive
    steps:
      - listen: control
      - listen: data
      - start: client
      - accept: { on: control, as: c }
      - expect: { on: c, equals: { line: PASV } }
      - send: { on: c, line: "227 (127,0,0,1,\${{ ports.data.high }},\${{ ports.data.low }})" }
      - accept: { on: data, as: d }
      - send: { on: d, text: the file }
      - close: d
      - check: { program: client, stdout: { contains: the file } }
`,
  );
  expect(verdictOf(report, 'passive').findings).toEqual([]);
});
