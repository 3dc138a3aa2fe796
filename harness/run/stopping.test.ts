import { gradeInline, specOf, verdictOf } from '../testing/inline.ts';

/** Listens, then waits in vfork(2) for a child that takes its time before it is out of the way. */
const IN_VFORK = `
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int one = 1, s = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  bind(s, (struct sockaddr *)&at, sizeof at);
  listen(s, 5);
  if (vfork() == 0) {
    struct timespec time = { 3, 0 };
    nanosleep(&time, 0);
    _exit(0);
  }
  char text[100];
  int c = accept(s, 0, 0);
  write(c, text, read(c, text, sizeof text));
  close(c);
}
`;

/** Starts one short process after the other, from a process that starts them all. */
const STARTS_OTHERS = `
import os, socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
if os.fork() == 0:
    s.close()
    while True:
        if os.fork() == 0:
            os.execvp("sleep", ["sleep", "0.003"])
        os.wait()
c, _ = s.accept()
c.sendall(c.recv(100))
c.close()
`;
const STEPS = `
    steps:
      - start: server
      - pause: server
      - connect: a
      - send: early
      - assume: { conn: a, unread: all }
      - resume: server
      - expect: { equals: early, within: 20s }
`;

test.each([
  ['waits in vfork', { 'server.c': IN_VFORK }],
  ['goes on starting others', { 'server.py': STARTS_OTHERS }],
])('a program that %s is stopped, too', async (_, files) => {
  const report = await gradeInline(files, specOf('server: {}', { early: STEPS }));
  const verdict = verdictOf(report, 'early');
  expect(verdict.findings).toEqual([]);
  expect(verdict.status).toBe('pass');
});

/** Serves one after the other; a time limit on recv() lets SIGCONT end the call with EINTR, which it takes for its end. */
const TAKES_EINTR_FOR_THE_END = (reply: string) => `
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int one = 1, s = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct timeval limit = { 100, 0 };
  setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  bind(s, (struct sockaddr *)&at, sizeof at);
  listen(s, 5);
  for (;;) {
    char text[512];
    int c = accept(s, 0, 0);
    if (c < 0) return 1;
    setsockopt(c, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ${reply}
    close(c);
  }
}
`;
const ANSWERS = `
    ssize_t n;
    while ((n = recv(c, text, sizeof text, 0)) > 0) send(c, text, n, 0);
    if (n < 0) return 1;`;
/** What is there already is thrown away before anything is answered. */
const EMPTIES_FIRST = `
    while (recv(c, text, sizeof text, MSG_DONTWAIT) > 0);${ANSWERS}`;
const WITHOUT_STOPPING = `
    steps:
      - start: server
      - connect: first
      - assume: { program: server, is: blocked, in: recv }
      - connect: second
      - send: { on: second, text: early }
      - assume: { conn: second, unread: all, within: 2s }
      - close: first
      - expect: { on: second, equals: early }
`;

test('a program that cannot be stopped is busy with another client instead', async () => {
  const server = { 'server.c': TAKES_EINTR_FOR_THE_END(ANSWERS) };
  const report = await gradeInline(server, specOf('server: {}', { stopped: STEPS, busy: WITHOUT_STOPPING }));
  expect(verdictOf(report, 'stopped')).toMatchObject({ status: 'inconclusive' });
  expect(verdictOf(report, 'busy')).toMatchObject({ status: 'pass', findings: [] });
  const loses = await gradeInline(
    { 'server.c': TAKES_EINTR_FOR_THE_END(EMPTIES_FIRST) },
    specOf('server: {}', { busy: WITHOUT_STOPPING }),
  );
  expect(verdictOf(loses, 'busy')).toMatchObject({
    status: 'fail',
    findings: [{ cause: 'nothing_received' }],
  });
});

test('with a program that serves all at once that is no way, and there is no verdict', async () => {
  const all = `import socketserver, sys
class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(512):
            self.request.sendall(data)
socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(("0.0.0.0", int(sys.argv[1])), Echo).serve_forever()
`;
  const report = await gradeInline({ 'server.py': all }, specOf('server: {}', { busy: WITHOUT_STOPPING }));
  expect(verdictOf(report, 'busy')).toMatchObject({ status: 'inconclusive' });
});
