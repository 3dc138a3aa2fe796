import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { openKernel, swappedPort } from '../kernel/index.ts';
import { reservePort } from '../net/port.ts';
import { gradeInline, specOf, verdictOf } from '../testing/inline.ts';
import { OldConnections } from './old-connections.ts';

/** Leaves a connection in TIME_WAIT on a port: the server's side ends it first. */
function leaveOld(port: number): void {
  execFileSync('python3', [
    '-c',
    `import socket
s = socket.socket()
s.bind(("127.0.0.1", ${port}))
s.listen()
a = socket.create_connection(("127.0.0.1", ${port}))
b, _ = s.accept()
b.close()
a.recv(1)
a.close()
s.close()
`,
  ]);
}

const linux = process.platform === 'linux' ? test : test.skip;

linux('a port with an old connection on it is not given to a program', async () => {
  const kernel = await openKernel();
  const old = await reservePort();
  try {
    expect(await new OldConnections(kernel).isClean(old.port)).toBe(true);
    leaveOld(old.port);
    expect(await new OldConnections(kernel).isClean(old.port)).toBe(false);
    const asked: number[] = [];
    const { port, release } = await reservePort(async (candidate) => asked.push(candidate) === 3);
    release();
    expect(asked).toHaveLength(3);
    expect(port).toBe(asked[2]);
  } finally {
    old.release();
    kernel.close();
  }
});

linux('a program that an old connection keeps from its own port is not said to take another', async () => {
  const { port, release } = await reservePort();
  leaveOld(port);
  const program = `import socket
s = socket.socket()
try: s.bind(("127.0.0.1", ${port}))
except OSError: pass
s.listen()
while True:
    c, _ = s.accept()
    while d := c.recv(4096): c.sendall(d)
    c.close()
`;
  try {
    const steps =
      '    steps:\n      - start: server\n      - connect: a\n      - send: hello\n      - expect: { equals: hello }\n';
    const spec = specOf(`server: { port: ${port} }`, { one: steps });
    const graded = async () => verdictOf(await gradeInline({ 'server.py': program }, spec), 'one');
    // What passed late on a crowded machine is tried again for that reason: it has to be in time once.
    let verdict = await graded();
    for (let round = 1; round < 5 && verdict.status === 'pass' && verdict.attempts > 1; round++)
      verdict = await graded();
    expect(verdict).toMatchObject({ status: 'pass', attempts: 1 });
  } finally {
    release();
  }
});

linux('a program that swaps the bytes of its port is not to blame when that one is taken', async () => {
  // Of these two ports, which are each other's, one is given and one is taken.
  const { port: taken, release } = await reservePort(async (port) => swappedPort(port) > 1024);
  const stranger = createServer().listen(taken, '127.0.0.1');
  await once(stranger, 'listening');
  const program = `import socket
s = socket.socket()
s.bind(("127.0.0.1", socket.htons(${swappedPort(taken)})))
`;
  try {
    const steps = '    steps:\n      - start: server\n      - check: { port: server, is: listening }\n';
    const spec = specOf(`server: { port: ${swappedPort(taken)} }`, { one: steps });
    const verdict = verdictOf(await gradeInline({ 'server.py': program }, spec), 'one');
    expect(verdict).toMatchObject({ status: 'inconclusive', findings: [{ cause: 'port_taken' }] });
  } finally {
    stranger.close();
    release();
  }
});
