import { gradeInline, specOf, verdictOf } from '../testing/inline.ts';

/** Sets no SO_REUSEADDR. What `clears` is put in its place rids the port of its old connections first. */
const server = (clears: string) => `import socket, sys
PORT = int(sys.argv[1])
def old():
    for line in open("/proc/net/tcp").readlines()[1:]:
        _, here, there, state = line.split()[:4]
        if int(here.split(":")[1], 16) == PORT and state == "06":
            yield int(there.split(":")[1], 16)
${clears}
s = socket.socket()
s.bind(("127.0.0.1", PORT))
s.listen()
while True:
    c, _ = s.accept()
    while d := c.recv(4096): c.sendall(d)
    c.close()
`;
/** A SYN from the old client's port ends TIME_WAIT: it is answered with an ACK, and that with a RST. */
const CLEARS = `for number in old():
    a = socket.socket()
    a.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    a.bind(("127.0.0.1", number))
    try: a.connect(("127.0.0.1", PORT))
    except OSError: pass
    a.close()
`;
const STEPS = `
    steps:
      - start: server
      - connect: a
      - assume: { conn: a, is: accepted }
      - stop: { program: server, signal: SIGKILL }
      - expect: { closed: true }
      - close: a
      - assume: { port: server, is: time_wait }
      - start: server
`;

const linux = process.platform === 'linux' ? test : test.skip;

linux('a restart proves nothing when the old connection is gone by then', async () => {
  const spec = specOf('server: {}', { restart: STEPS });
  const cleared = verdictOf(await gradeInline({ 'server.py': server(CLEARS) }, spec), 'restart');
  expect(cleared).toMatchObject({ status: 'inconclusive', attempts: 2 });
  expect(cleared.findings[0]?.summary).toContain('was gone from TIME_WAIT before the program listened');
  const left = verdictOf(await gradeInline({ 'server.py': server('') }, spec), 'restart');
  expect(left).toMatchObject({ status: 'fail', findings: [{ cause: 'no_reuseaddr' }] });
});
