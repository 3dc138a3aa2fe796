import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { C } from './c.ts';
import type { Change } from './mutation.ts';
import { everyPlace } from './places.ts';

/** Non-blocking, with epoll: what is received is sent by a loop of its own. */
const EPOLL = `#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>
struct conn { int fd; size_t len, off; char buf[65536]; };
static void drop(struct conn *c) { close(c->fd); free(c); }
static void pump(struct conn *c) {
  for (;;) {
    /* while (recv(c->fd, c->buf, 1, 0)) */
    while (c->off < c->len) {
      ssize_t n = send(c->fd, c->buf + c->off, c->len - c->off, MSG_NOSIGNAL);
      if (n < 0) { if (errno == EAGAIN) return; drop(c); return; }
      c->off += n;
    }
    ssize_t n = recv(c->fd, c->buf, sizeof c->buf, 0);
    if (n == 0) { drop(c); return; }
    if (n < 0) { if (errno == EAGAIN) return; drop(c); return; }
    c->len = n; c->off = 0;
  }
}
int main(int argc, char **argv) {
  int s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), ep = epoll_create1(0);
  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
  if (bind(s, (void *)&a, sizeof a) < 0 || listen(s, 128) < 0) return 1;
  struct epoll_event e = { .events = EPOLLIN }, ev[64];
  epoll_ctl(ep, EPOLL_CTL_ADD, s, &e);
  for (;;) {
    int n = epoll_wait(ep, ev, 64, -1);
    for (int i = 0; i < n; i++) {
      if (ev[i].data.ptr) { pump(ev[i].data.ptr); continue; }
      int c;
      while ((c = accept4(s, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        struct conn *k = calloc(1, sizeof *k);
        k->fd = c;
        struct epoll_event ce = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = k };
        epoll_ctl(ep, EPOLL_CTL_ADD, c, &ce);
      }
    }
  }
}
`;

/** A thread for each client, read() and write() instead of recv() and send(), and a function that writes all. */
const THREADS = `#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
static int put_and_write(int fd, const char *p, size_t n) {
  for (ssize_t w; n > 0; p += w, n -= w)
    if ((w = write(fd, p, n)) <= 0) return -1;
  return 0;
}
static void *serve(void *arg) {
  int c = (int)(long)arg;
  char b[4096];
  ssize_t n;
  while ((n = read(c, b, sizeof b)) > 0)
    if (put_and_write(c, b, n) < 0) break;
  close(c);
  return NULL;
}
int main(int argc, char **argv) {
  int on = 1, s = socket(AF_INET, SOCK_STREAM, 0);
  signal(SIGPIPE, SIG_IGN);
  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
  if (bind(s, (void *)&a, sizeof a) || listen(s, 16)) return 1;
  for (;;) {
    int c = accept(s, 0, 0);
    if (c < 0) continue;
    pthread_t t;
    pthread_create(&t, 0, serve, (void *)(long)c);
    pthread_detach(t);
  }
}
`;

/** Streams of stdio(3) on the socket. */
const STREAMS = `#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static void serve(int c) {
  FILE *in = fdopen(c, "r"), *out = fdopen(dup(c), "w");
  char *line = NULL;
  size_t room = 0;
  fprintf(stderr, "a client\\n");
  while (getline(&line, &room, in) > 0) {
    line[strcspn(line, "\\r\\n")] = 0;
    if (strcmp(line, "quit") == 0) {
      fputs("bye\\n", out);
      break;
    }
    fprintf(out, "Hello, %s!\\n", line);
    fflush(out);
  }
  free(line);
  fclose(out);
  fclose(in);
}
int main(int argc, char **argv) {
  int on = 1, s = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
  if (bind(s, (void *)&a, sizeof a) || listen(s, 16)) return 1;
  for (;;) {
    int c = accept(s, 0, 0);
    if (c >= 0) serve(c);
  }
}
`;

/** Lines are read from a stream, and sent on the socket by a function. */
const MIXED = `#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static int send_all(int fd, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);
    if (n < 0) return 0;
    bytes += n; length -= n;
  }
  return 1;
}
static void serve(int client) {
  FILE *in = fdopen(dup(client), "r");
  char line[512];
  while (fgets(line, sizeof line, in)) {
    line[strcspn(line, "\\r\\n")] = 0;
    if (!send_all(client, line, strlen(line))) return;
  }
}
`;
const UDP = `#include <arpa/inet.h>
#include <stdlib.h>
int main(int argc, char **argv) {
  int s = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) }, from;
  if (bind(s, (void *)&a, sizeof a)) return 1;
  for (;;) {
    char b[65536];
    socklen_t size = sizeof from;
    ssize_t n = recvfrom(s, b, sizeof b, 0, (void *)&from, &size);
    if (n >= 0) sendto(s, b, n, 0, (void *)&from, size);
  }
}
`;

function mutate(source: string, name: string): Change {
  return C.find((each) => each.name === name)?.apply(source);
}

/** The lines that are new in a mutant. */
function news(source: string, name: string): string {
  const known = new Set(source.split('\n'));
  return String(mutate(source, name))
    .split('\n')
    .filter((line) => !known.has(line))
    .map((line) => line.trim())
    .join('\n');
}

test.each([
  ['epoll', EPOLL, ['busy-accept', 'busy-recv', 'other-address', 'no-flush']],
  ['threads', THREADS, ['busy-wait', 'other-address', 'no-flush']],
  [
    'datagrams',
    UDP,
    [
      ...[
        'no-reuseaddr',
        'reuseaddr-after-bind',
        'reuseaddr-zero',
        'no-listen',
        'udp',
        'one-shot',
        'no-close',
      ],
      ...['no-eof-check', 'closes-before-reply', 'closes-after-reply', 'replies-before-recv'],
      ...['busy-accept', 'busy-wait', 'no-flush', 'other-address'],
    ],
  ],
  [
    'streams',
    STREAMS,
    [
      'busy-recv',
      'busy-wait',
      'dies-at-reset',
      'single-send',
      'small-buffer',
      'strlen',
      'whole-buffer',
      'other-address',
    ],
  ],
])('of a solution with %s only what makes no sense is left out, and the rest compiles', (_, source, out) => {
  const made = C.filter(({ apply }) => typeof apply(source) === 'string');
  expect(C.filter((each) => !made.includes(each)).map(({ name }) => name)).toEqual(
    expect.arrayContaining(out),
  );
  expect(made.length).toBe(C.length - out.length);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'c-'));
  try {
    const files = made.map(({ name, apply }) => {
      writeFileSync(path.join(folder, `${name}.c`), String(apply(source)));
      return `${name}.c`;
    });
    const options = ['-fsyntax-only', '-Werror=implicit-function-declaration', '-w'];
    execFileSync('gcc', [...options, ...files], { cwd: folder, stdio: 'pipe' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what is read from a stream may be answered on the socket', () => {
  expect(news(MIXED, 'extra-nul')).toBe('if (!send_all(client, line, (strlen(line)) + 1)) return;');
  expect(news(MIXED, 'no-reply')).toBe('if (!(strlen(line))) return;');
  const strips = C.find(({ name }) => name === 'strips-newline');
  expect([strips?.harmless?.(MIXED), strips?.harmless?.(EPOLL)]).toEqual([
    'it takes line ends off by itself',
    undefined,
  ]);
});

test('datagrams are changed, and go to where they went', () => {
  expect(news(UDP, 'extra-newline')).toContain('sendto(s, "\\n", 1, 0, (void *)&from, size); sent_; });');
  expect(news(UDP, 'busy-recv')).toContain('recvfrom(s, b, sizeof b, MSG_DONTWAIT, (void *)&from, &size)');
  expect(news(UDP, 'small-buffer')).toContain('recvfrom(s, b, 16, 0, (void *)&from, &size)');
  expect(['closes-after-reply', 'replies-before-recv'].map((name) => mutate(UDP, name))).toEqual([
    undefined,
    undefined,
  ]);
});

test('the loop around recv() is meant, not one that comes before it', () => {
  const changed = String(mutate(EPOLL, 'recv-once'));
  expect(changed).toContain('once_ = 0) for (; once_-- > 0 && (1 == 1); ) {\n    /* while');
  expect(changed).toContain('    while (c->off < c->len) {\n');
  expect(news(THREADS, 'recv-once')).toBe(
    'for (int once_ = 1; once_ > 0; once_ = 0) while (once_-- > 0 && ((n = read(c, b, sizeof b)) > 0))',
  );
  // Of a loop over all clients it would not be the same bug.
  const over = EPOLL.replace('for (;;) {\n    /*', 'for (int i = 0; i < 64; i++) {\n    /*');
  expect(mutate(over, 'recv-once')).toBeUndefined();
});

test('where a loop sends the rest, bytes are taken away before it', () => {
  expect(news(EPOLL, 'strips-newline')).toBe(
    "ssize_t n = ({ ssize_t got_ = recv(c->fd, c->buf, sizeof c->buf, 0); if (got_ > 0 && ((char *)(c->buf))[got_ - 1] == '\\n') got_--; got_; });",
  );
  expect(news(EPOLL, 'drops-last-byte')).toContain('if (got_ > 1) got_--;');
  expect(news(THREADS, 'drops-last-byte')).toBe('if (put_and_write(c, b, (n) - 1) < 0) break;');
});

test('a short send() goes unnoticed where it is called, with the excuse that is true there', () => {
  expect(news(EPOLL, 'single-send')).toBe(
    'ssize_t n = ({ ssize_t sent_ = send(c->fd, c->buf + c->off, c->len - c->off, MSG_NOSIGNAL); sent_ < 0 ? sent_ : (ssize_t)(c->len - c->off); });',
  );
  expect(news(THREADS, 'single-send')).toBe(
    'if ((w = ({ ssize_t sent_ = write(fd, p, n); sent_ < 0 ? sent_ : (ssize_t)(n); })) <= 0) return -1;',
  );
  const excuse = (source: string) => C.find(({ name }) => name === 'single-send')?.harmless?.(source);
  expect(excuse(EPOLL)).toMatch(/more bytes wait than the send buffer holds/);
  expect(excuse(THREADS)).toMatch(/on a blocking socket/);
});

test('no call is made to spin behind a poll() that waits for it: the poll() spins', () => {
  expect(mutate(EPOLL, 'busy-recv')).toEqual({ why: expect.stringMatching(/epoll_wait/) });
  expect(news(EPOLL, 'busy-wait')).toBe('int n = epoll_wait(ep, ev, 64, 0);');
});

test('the end of a client is overlooked however it is looked for', () => {
  expect(news(EPOLL, 'no-eof-check')).toBe('if (0 && n) { drop(c); return; }');
  expect(news(EPOLL.replace('n == 0', 'n <= 0'), 'no-eof-check')).toBe('if (n < 0) { drop(c); return; }');
  expect(news(EPOLL, 'no-close')).toBe('static void drop(struct conn *c) { (void)0; free(c); }');
});

test('what the process of one client does at its end is excused where each has its own', () => {
  const excuse = (source: string) =>
    ['exits-at-eof', 'dies-at-reset'].map((name) => C.find((each) => each.name === name)?.harmless?.(source));
  expect(excuse(EPOLL)).toEqual([undefined, undefined]);
  const forks = EPOLL.replace('int n = epoll_wait', 'fork(); int n = epoll_wait');
  expect(excuse(forks)).toEqual([
    expect.stringMatching(/a process of its own/),
    expect.stringMatching(/a process of its own/),
  ]);
});

test('streams are changed where they are read and written, at every place, and those of the terminal are not', () => {
  expect(news(STREAMS, 'no-reply')).toBe('(1);');
  expect(news(STREAMS, 'extra-newline')).toBe(
    '({ int sent_ = fputs("bye\\n", out); fputc(\'\\n\', out); sent_; });',
  );
  expect(news(STREAMS, 'no-flush')).toBe('(void)0;');
  expect(news(STREAMS, 'no-close')).toBe('(void)0;\n(void)0;');
  expect(news(STREAMS, 'exits-at-eof')).toContain('if (got_ < 0) exit(0);');
  const mutation = C.find(({ name }) => name === 'no-reply');
  const places = mutation ? everyPlace(mutation, STREAMS) : [];
  expect(typeof places === 'string' ? places : places.map(({ line }) => line)).toEqual([14, 17]);
  const lines = 'char b[64]; while (fgets(b, sizeof b, in)) fwrite(b, 1, strlen(b), out);';
  expect(mutate(lines, 'small-buffer')).toContain('fgets(b, 16, in)');
  expect(mutate(lines, 'no-eof-check')).toContain('(fgets(b, sizeof b, in), (char *)(b))');
  expect(mutate(lines, 'drops-last-byte')).toContain('fwrite(b, 1, (strlen(b)) - 1, out)');
});
