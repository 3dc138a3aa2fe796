import { gradeInline, verdictOf } from '../../testing/inline.ts';

/** A UDP echo server in Python: how it gets its socket, and what it does in a loop. */
const server = (socket: string, loop: string) => `import socket, sys, threading
port = int(sys.argv[1])
${socket}
while True:
${loop.replace(/^/gm, '    ')}
`;
const BOUND = 's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.bind(("127.0.0.1", port))';
const ECHOES = 'd, a = s.recvfrom(65535)\ns.sendto(d, a)';
const REST = 'threading.Event().wait()';
const RIGHT = server(BOUND, ECHOES);

const ONE = ['connect: a', 'send: { on: a, text: hello }', 'expect: { on: a, equals: hello }'];
const AGAIN = ['send: { on: a, text: again }', 'expect: { on: a, equals: again }'];
const OTHER = ['connect: b', 'send: { on: b, text: hello }', 'expect: { on: b, equals: hello }'];

/** Each cause with a program that has it, and steps that show it. */
const SAMPLES: Readonly<Record<string, readonly [program: string, steps: readonly string[]]>> = {
  tcp_for_udp: [server('s = socket.create_server(("127.0.0.1", port))', 's.accept()'), ONE],
  udp_not_bound: [server('s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)', REST), ONE],
  no_udp_socket: [server('', REST), ONE],
  reply_from_other_port: [
    server(BOUND, 'd, a = s.recvfrom(65535)\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(d, a)'),
    ONE,
  ],
  udp_socket_closed: [server(BOUND, `${ECHOES}\ns.close()\n${REST}`), [...ONE, ...AGAIN]],
  connected_udp_socket: [
    server(`${BOUND}\nd, a = s.recvfrom(65535)\ns.connect(a)\ns.send(d)`, 's.send(s.recv(65535))'),
    [...ONE, ...OTHER],
  ],
  one_datagram_only: [
    server(BOUND, `${ECHOES}\n${REST}`),
    [
      ...ONE,
      'send: { on: a, text: again }',
      'check: { port: server, unread: none, within: 1s }',
      'expect: { on: a, equals: again }',
    ],
  ],
  reply_to_nobody: [server(BOUND, 'd, a = s.recvfrom(65535)\ns.sendto(d, ("127.0.0.1", 9))'), ONE],
  datagram_cut: [server(BOUND, ECHOES.replace('65535', '4')), ONE],
};

const specWith = (steps: readonly string[]) =>
  `title: u\nprograms: { server: { transport: udp } }\nscenarios:\n  - { id: own, title: own, steps: [{ start: server }] }\n`.replace(
    '[{ start: server }]',
    `[{ start: server }, ${steps.map((step) => `{ ${step} }`).join(', ')}]`,
  );

test.concurrent.each(Object.entries(SAMPLES).map(([cause, [program, steps]]) => ({ cause, program, steps })))(
  'UDP: $cause',
  async ({ cause, program, steps }) => {
    const [wrong, right] = await Promise.all(
      [program, RIGHT].map((text) => gradeInline({ 'server.py': text }, specWith(steps))),
    );
    if (!wrong || !right) throw new Error('not graded');
    expect(verdictOf(wrong, 'own')).toMatchObject({ status: 'fail', findings: [{ detail: cause }] });
    expect(verdictOf(right, 'own')).toMatchObject({ status: 'pass' });
  },
);
