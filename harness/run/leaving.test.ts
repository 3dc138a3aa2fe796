import { traceLines } from '../report/trace-text.ts';
import { gradeInline, specOf, verdictOf } from '../testing/inline.ts';

/** Writes twice to each client, without a look at whether that works; SIGPIPE is as it is by default. */
const WRITES_TWICE = {
  'server.c': `#include <arpa/inet.h>
#include <stdlib.h>
#include <unistd.h>
int main(int n, char **v) {
  char b[100]; int on = 1, s = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(atoi(v[1]))};
  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  bind(s, (struct sockaddr *)&a, sizeof a); listen(s, 5);
  for (;;) {
    int c = accept(s, 0, 0), got = read(c, b, sizeof b);
    write(c, b, got); write(c, b, got); close(c);
  }
}`,
  'server.pl': `use IO::Socket::INET;
my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $ARGV[0], Listen => 5, ReuseAddr => 1);
while (my $c = $s->accept) { sysread($c, my $b, 100); syswrite($c, $b); syswrite($c, $b); close $c; }`,
} as const;

const LEAVES = `    steps:
      - start: server
      - connect: a
      - pause: server
      - send: { on: a, text: hello }
      - close: a
      - resume: server
      - connect: b
      - send: { on: b, text: hello }
      - expect: { on: b, equals: hellohello }
`;

test.each(Object.entries(WRITES_TWICE))(
  'a client that leaves is gone at once, so the second write to it ends %s',
  async (file, text) => {
    const names = Array.from({ length: 10 }, (_, index) => `time-${index}`);
    const spec = specOf('server: {}', Object.fromEntries(names.map((name) => [name, LEAVES])));
    const run = file === 'server.pl' ? { run: 'perl server.pl {port}' } : {};
    const report = await gradeInline({ [file]: text }, spec, run);
    const ends = report.scenarios.map(
      ({ status, findings }) => `${status} ${/SIGPIPE/.exec(JSON.stringify(findings))}`,
    );
    expect(ends).toEqual(names.map(() => 'fail SIGPIPE'));
  },
);

const TELLS_HOW = `import socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
c, _ = s.accept(); c.sendall(b"welcome"); c.recv(1)
try: how = b"RST" if c.recv(1) else b"FIN"
except ConnectionResetError: how = b"RST"
c.close()
c, _ = s.accept(); c.sendall(how); c.close()
`;

test.each([
  ['leaves bytes unread', false, 'RST', 'a → RST: closed with 7 bytes unread'],
  ['has read all', true, 'FIN', 'a → FIN: closed'],
] as const)('a client that %s sends what nc would', async (_, reading, how, line) => {
  const steps = `    steps:
      - start: server
      - connect: { as: a, reading: ${reading} }
      - send: { on: a, text: x }
      - check: { conn: a, unread: 0 }
      - close: a
      - connect: b
      - expect: { on: b, equals: ${how} }
      - expect: { on: b, equals: more }
`;
  const report = await gradeInline({ 'server.py': TELLS_HOW }, specOf('server: {}', { leaves: steps }));
  const { findings, runs } = verdictOf(report, 'leaves');
  // The last step fails, and names the RST that the client sent.
  expect(findings).toHaveLength(1);
  expect(findings[0]?.step?.index).toBe(7);
  const evidence = 'the client "a" closed with 7 bytes unread, so the system sent RST';
  expect(findings[0]?.evidence.includes(evidence)).toBe(how === 'RST');
  const trace = runs[0] && traceLines(runs[0].trace).join('\n');
  expect(trace).toContain(line);
});
