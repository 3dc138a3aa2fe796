import { gradeInline, specOf, statuses, verdictOf } from '../testing/inline.ts';

const server = (body: string, top = '') => `
import socket, sys, time
${top}
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", int(sys.argv[1])))
${body}
`;
const ECHO = server(`
while True:
    data, peer = s.recvfrom(65535)
    s.sendto(data, peer)
`);
const UDP = 'server: { transport: udp }';
const ASK = `
    steps:
      - start: server
      - connect: a
      - send: { text: "PING 1" }
      - expect: { equals: "PING 1", within: 1s }
`;

test('datagrams go both ways, whole and in number, and the kernel is asked about them', async () => {
  const report = await gradeInline(
    { 'server.py': ECHO },
    specOf(UDP, {
      ping: ASK,
      several: `
    steps:
      - start: server
      - check: { program: server, is: blocked, in: recv }
      - check: { port: server, is: listening }
      - connect: a
      - connect: b
      - send: { on: a, text: abcdef, chunk: 2 }
      - expect: { on: a, read: { datagrams: 2 }, equals: abcd }
      - expect: { on: a, equals: ef }
      - send: { on: b, text: "" }
      - expect: { on: b, length: 0 }
      - expect: { on: b, nothing: true, for: 50ms }
      - pause: server
      - send: { on: b, repeat: x, bytes: 40000 }
      - check: { port: server, unread: some }
      - resume: server
      - check: { port: server, unread: none }
      - expect: { on: b, equals: { repeat: x, bytes: 40000 } }
      - close: a
      - stop: server
      - check: { port: server, is: free }
      - connect: { as: c, expect: refused }
`,
    }),
  );
  expect(verdictOf(report, 'several').findings).toEqual([]);
  expect(statuses(report)).toEqual({ ping: 'pass', several: 'pass' });
});

test.each([
  ['answers once only', server('d, p = s.recvfrom(999); s.sendto(d, p)\ntime.sleep(60)'), 'not_read'],
  [
    'listens on TCP',
    server('time.sleep(60)')
      .replace('SOCK_DGRAM', 'SOCK_STREAM')
      .replace('time.sleep', 's.listen(); s.accept(); time.sleep'),
    'tcp',
  ],
  [
    'answers from another socket',
    server(
      'while True:\n    d, p = s.recvfrom(999)\n    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(d, p)',
    ),
    'wrong_port',
  ],
  [
    'answers to a fixed port',
    server('while True:\n    d, p = s.recvfrom(999)\n    s.sendto(d, ("127.0.0.1", 9))'),
    'wrong_port',
  ],
  ['cuts off', server('while True:\n    d, p = s.recvfrom(3)\n    s.sendto(d, p)'), 'truncated'],
  [
    'answers with nothing',
    server('while True:\n    d, p = s.recvfrom(999)\n    s.sendto(b"", p)'),
    'truncated',
  ],
  ['connects to another', server('s.connect(("127.0.0.1", 9))\nwhile True:\n    s.recv(9)'), 'idle'],
  ['ends', server('d, p = s.recvfrom(999); s.sendto(d, p)\nsys.exit(3)'), 'exited'],
])('a server that %s fails for that', async (_, program, cause) => {
  const twice = `${ASK}      - send: { text: "PING 2" }\n      - expect: { equals: "PING 2", within: 1s }\n`;
  const report = await gradeInline({ 'server.py': program }, specOf(UDP, { twice }));
  const [finding] = verdictOf(report, 'twice').findings;
  expect([finding?.cause, finding?.summary]).toEqual([cause, expect.any(String)]);
});

test('of several datagrams that did not come the kernel tells why, and of a client that sends elsewhere what it sent', async () => {
  const fixed = server('while True:\n    d, p = s.recvfrom(999)\n    s.sendto(d, ("127.0.0.1", 9))');
  const any = `
    steps:
      - start: server
      - connect: a
      - send: { text: one }
      - send: { text: two }
      - in_any_order: { within: 1s, of: [{ expect: { on: a, equals: one } }, { expect: { on: a, equals: two } }] }
`;
  const elsewhere =
    'import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9))\n';
  const listens = '\n    steps:\n      - listen: door\n      - start: client\n      - accept: a\n';
  const [several, client] = await Promise.all([
    gradeInline({ 'server.py': fixed }, specOf(UDP, { any })),
    gradeInline({ 'client.py': elsewhere }, specOf('client: { transport: udp }', { listens })),
  ]);
  expect(verdictOf(several, 'any').findings[0]).toMatchObject({
    cause: 'wrong_port',
    hint: expect.stringContaining('the address and port that came with the datagram'),
  });
  expect(verdictOf(client, 'listens').findings[0]).toMatchObject({
    cause: 'not_connected',
    summary: expect.stringMatching(
      /^The program exited with status 0 without having sent a datagram to port \d+\.$/,
    ),
  });
});
