import { gradeInline, statuses, verdictOf } from '../testing/inline.ts';

const ECHO = `#include <arpa/inet.h>
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv) {
  int s = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  bind(s, (struct sockaddr *)&a, sizeof a); listen(s, 5);
  for (;;) { int c = accept(s, 0, 0); char b[99]; int n; while ((n = read(c, b, 99)) > 0) write(c, b, n); close(c); }
}
`;
const CLIENT = (word: string) => `import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall(b"hello\\n"); print("${word}" if s.recv(99) == b"hello\\n" else "no", flush=True)
`;
const SERVER = (reply: string) => `import socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    c, _ = s.accept()
    while d := c.recv(99): c.sendall(${reply})
    c.close()
`;
const SPEC = (build: string, more = '') => `title: partners
programs:
  server: {}
  client: {}
  ref-server: { helper: true, files: { ref.c: { file: ref.c } }, build: "${build}", run: "./ref \${{ port }}" }
  ref-client: { helper: true, files: { ref.py: { file: ref.py } }, run: "python3 ref.py \${{ host }} \${{ port }}", ready: none }
scenarios:
  - id: interop
    title: Your client with the reference server, and the reverse
    points: 4
    scoring: by_row
    retries: 0
    matrix: { server: [server, ref-server], client: [client, ref-client] }
    steps:
      - start: "\${{ matrix.server }}"
      - start: "\${{ matrix.client }}"
      - check: { program: "\${{ matrix.client }}", stdout: { contains: ok } }
${more}`;
const BUILD = 'gcc -w -o ref ref.c';

test('a matrix chooses reference partners, which are built once; with each other they carry no points', async () => {
  const beside = { 'ref.c': ECHO, 'ref.py': CLIENT('ok') };
  const right = await gradeInline(
    { 'server.py': SERVER('d'), 'client.py': CLIENT('ok') },
    SPEC(BUILD),
    {},
    beside,
  );
  expect(verdictOf(right, 'interop')).toMatchObject({
    status: 'pass',
    points: 4,
    maxPoints: 4,
    findings: [],
  });
  // A wrong client fails its own two rows of the three that count.
  const wrong = await gradeInline(
    { 'server.py': SERVER('d'), 'client.py': CLIENT('bad') },
    SPEC(BUILD),
    {},
    beside,
  );
  expect(verdictOf(wrong, 'interop')).toMatchObject({ status: 'fail', points: 1.33 });
  // A wrong server fails with both clients.
  const other = await gradeInline(
    { 'server.py': SERVER('b"x"'), 'client.py': CLIENT('ok') },
    SPEC(BUILD),
    {},
    beside,
  );
  expect(verdictOf(other, 'interop')).toMatchObject({ status: 'fail', points: 1.33 });
});

test('when the references fail with each other no row proves anything, nor when one is not built', async () => {
  const beside = { 'ref.c': ECHO, 'ref.py': CLIENT('bad') };
  const files = { 'server.py': SERVER('d'), 'client.py': CLIENT('ok') };
  const broken = verdictOf(await gradeInline(files, SPEC(BUILD), {}, beside), 'interop');
  expect(broken).toMatchObject({ status: 'inconclusive', points: 0 });
  expect(broken.findings[0]?.summary).toContain(
    'reference programs of the course do not pass this with each other',
  );
  const unbuilt = await gradeInline(files, SPEC('false'), {}, beside);
  expect(statuses(unbuilt)).toEqual({ interop: 'inconclusive' });
  expect(verdictOf(unbuilt, 'interop').findings[0]?.summary).toContain(
    'A helper of the assignment is missing',
  );
});
