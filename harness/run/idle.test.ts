import { gradeInline, specOf, verdictOf } from '../testing/inline.ts';

/** A server in Python that treats each client as given; `c` is its socket. */
function server(client: string, before = ''): string {
  return `import os, socket, struct, sys, threading, time
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
${before}
while True:
    c, _ = s.accept()
    try:
        ${client}
    except OSError: pass
    c.close()
`;
}

const ECHO = 'while d := c.recv(4096): c.sendall(d)';
const EXACT = `
    steps:
      - start: server
      - connect: a
      - send: { line: once }
      - expect: { equals: { line: once } }
`;

/** The same scenario under several names: what is a matter of luck differs sooner or later. */
function often(steps: string): Record<string, string> {
  return Object.fromEntries(['one', 'two', 'three', 'four', 'five', 'six'].map((name) => [name, steps]));
}

async function statuses(program: string, scenarios: Record<string, string>): Promise<readonly string[]> {
  const report = await gradeInline({ 'server.py': program }, specOf('server: {}', scenarios));
  return report.scenarios.map(({ status }) => status);
}

const ALL = (status: string) => Array.from({ length: 6 }, () => status);

test('what a program says again after a nap is seen', async () => {
  const again = server('while d := c.recv(4096): c.sendall(d); time.sleep(0.2); c.sendall(d)');
  const report = await gradeInline({ 'server.py': again }, specOf('server: {}', { again: EXACT }));
  expect(verdictOf(report, 'again')).toMatchObject({ status: 'fail', findings: [{ cause: 'duplicated' }] });
});

test('a program that naps again and again, or beside its work, is at rest all the same', async () => {
  const polls = `import socket, sys, time
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
s.setblocking(False)
while True:
    try: c, _ = s.accept()
    except BlockingIOError:
        time.sleep(0.03)
        continue
    c.setblocking(True)
    while d := c.recv(4096): c.sendall(d)
    c.close()
`;
  const beside = `import socket, sys, threading, time
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
def serve():
    while True:
        c, _ = s.accept()
        while d := c.recv(4096): c.sendall(d)
        c.close()
threading.Thread(target=serve, daemon=True).start()
while True: time.sleep(1)
`;
  for (const program of [polls, beside])
    expect(await statuses(program, { ...often(EXACT) })).toEqual(ALL('pass'));
});

test('a program that breaks off once it has read has read, whoever is first to see it', async () => {
  const breaksOff = server(
    'c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); c.recv(4096)',
  );
  const read = `
    steps:
      - start: server
      - connect: a
      - send: { on: a, text: half a li }
      - check: { conn: a, unread: 0 }
      - connect: b
      - send: { on: b, text: next }
      - check: { conn: b, unread: 0 }
`;
  expect(await statuses(breaksOff, often(read))).toEqual(ALL('pass'));
});

test('a program that goes to the background is stopped there, however soon', async () => {
  const daemon = server(ECHO, 'if os.fork(): sys.exit(0)\nos.setsid()');
  const restart = `
    steps:
      - start: server
      - connect: a
      - assume: { conn: a, is: accepted }
      - stop: { program: server, signal: SIGKILL }
      - expect: { closed: true }
      - close: a
      - assume: { port: server, is: time_wait }
      - start: server
      - check: { port: server, is: listening }
`;
  expect(await statuses(daemon, often(restart))).toEqual(ALL('pass'));
});

test('a program is stopped where it waits: what SIGCONT does to it does not depend on luck', async () => {
  const dies = `import signal, socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
signal.signal(signal.SIGCONT, lambda *_: sys.exit(1))
c, _ = s.accept()
while d := c.recv(4096): c.sendall(d)
`;
  const early = `
    steps:
      - start: server
      - pause: server
      - connect: a
      - send: early
      - assume: { conn: a, unread: all }
      - resume: server
      - expect: { equals: early }
`;
  expect(await statuses(dies, often(early))).toEqual(ALL('inconclusive'));
});

test('whether the first bytes find a program at recv() or before it is no matter of luck', async () => {
  const impatient = server('c.setblocking(False); c.sendall(c.recv(4096))');
  const tooEarly = server('c.shutdown(socket.SHUT_RD); c.sendall(c.recv(4096))');
  for (const program of [impatient, tooEarly])
    expect(await statuses(program, often(EXACT))).toEqual(ALL('fail'));
});

test('a late greeting is not taken for a reply', async () => {
  const greets = (then: string) => server(`time.sleep(0.3); c.sendall(b"Welcome"); ${then}`);
  const steps = `
    steps:
      - start: server
      - connect: a
      - expect: { read: { idle: 100ms } }
      - send: hello
      - expect: { equals: hello, within: 1s }
`;
  const mute = 'c.recv(100); c.recv(100)';
  const echo = 'c.sendall(c.recv(100)); c.recv(100)';
  expect(await statuses(greets(echo), { one: steps })).toEqual(['pass']);
  const report = await gradeInline({ 'server.py': greets(mute) }, specOf('server: {}', { one: steps }));
  expect(verdictOf(report, 'one')).toMatchObject({ findings: [{ cause: 'nothing_received' }] });
});

/** Fills the pipe to the client that does not read, and waits for room there. */
const WAITS_FOR_ROOM = {
  'server.py': server(
    `other, _ = s.accept()
        c.setblocking(False); other.setblocking(False); other.recv
        while True:
            try: c.send(b"x" * 65536)
            except BlockingIOError: select.select([], [c], [])`,
    'import select',
  ),
  'server.js': `require('node:net').createServer((c) => {
  c.on('error', () => {});
  c.once('data', () => c.write(Buffer.alloc(64 << 20)));
}).listen(process.argv[2], '127.0.0.1');`,
  'server.c': `#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>
int main(int n, char **v) {
  static char x[65536];
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(atoi(v[1]))};
  int s = socket(AF_INET, SOCK_STREAM, 0), e = epoll_create1(0);
  bind(s, (struct sockaddr *)&a, sizeof a); listen(s, 5);
  int c = accept(s, 0, 0); accept(s, 0, 0);
  fcntl(c, F_SETFL, O_NONBLOCK);
  struct epoll_event w = {.events = EPOLLIN | EPOLLOUT | EPOLLET};
  epoll_ctl(e, EPOLL_CTL_ADD, c, &w);
  for (;;) { while (write(c, x, sizeof x) > 0); epoll_wait(e, &w, 1, -1); }
}`,
} as const;

test.each(Object.entries(WAITS_FOR_ROOM))(
  'a program that waits for room to write is not idle: %s',
  async (file, text) => {
    const steps = `
    steps:
      - start: server
      - connect: { as: slow, reading: false }
      - send: { on: slow, text: go }
      - connect: other
      - expect: { on: other, equals: more, within: 2s }
`;
    const report = await gradeInline({ [file]: text }, specOf('server: {}', { one: steps }));
    const { status, runs } = verdictOf(report, 'one');
    const end = runs[0]?.trace.events.findLast(({ type }) => type === 'step_end');
    expect({ status, runs: runs.length, end }).toMatchObject({
      status: 'fail',
      runs: 1,
      end: { step: 4, timedOut: true, rested: false },
    });
  },
);
