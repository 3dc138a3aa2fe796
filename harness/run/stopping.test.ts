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
