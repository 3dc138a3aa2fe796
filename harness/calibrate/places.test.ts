import { C } from './c.ts';
import { JAVA } from './java.ts';
import { JAVASCRIPT } from './javascript.ts';
import type { Mutation } from './mutation.ts';
import { everyPlace } from './places.ts';
import { PYTHON } from './python.ts';

/** Which lines a mutation changes, one place after another. */
function linesOf(catalogue: readonly Mutation[], name: string, source: string): readonly number[] | string {
  const mutation = catalogue.find((each) => each.name === name);
  if (!mutation) throw new Error(`no mutation ${name}`);
  const places = everyPlace(mutation, source);
  return typeof places === 'string' ? places : places.map(({ line }) => line);
}

const PYTHON_SOURCE = `import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    conn, _ = server.accept()
    conn.sendall(b"Who?\\n")
    name = conn.recv(4096)
    if name == b"ping\\n":
        conn.sendall(b"pong\\n")
    else:
        conn.sendall(b"Hello, " + name)
    conn.recv(1)
    conn.close()
`;

const C_SOURCE = `#include <sys/socket.h>
#include <string.h>
void serve(int c) {
  char buf[512];
  ssize_t n = recv(c, buf, sizeof buf, 0);
  if (n <= 0) return;
  if (buf[0] == 'q') {
    send(c, "bye\\n", 4, 0);
    return;
  }
  send(c, buf, n, 0);
  n = recv(c, buf, sizeof buf, 0);
  send(c, buf, n, 0);
}
`;

const JAVA_SOURCE = `import java.io.*;
class Server {
  static void serve(java.net.Socket client) throws IOException {
    InputStream in = client.getInputStream();
    OutputStream out = client.getOutputStream();
    byte[] buf = new byte[512];
    int n = in.read(buf);
    out.write("one\\n".getBytes());
    out.write(buf, 0, n);
  }
}
`;

const JS_SOURCE = `const net = require('net');
net.createServer((socket) => {
  socket.on('data', (data) => {
    if (data.length > 9) socket.write('long\\n');
    socket.write(data);
  });
}).listen(process.argv[2]);
`;

test.each<[string, readonly Mutation[], string, string, readonly number[]]>([
  ['Python', PYTHON, 'no-reply', PYTHON_SOURCE, [5, 8, 10]],
  ['Python', PYTHON, 'strips', PYTHON_SOURCE, [6, 11]],
  ['C', C, 'no-reply', C_SOURCE, [8, 11, 13]],
  ['C', C, 'discards-first', C_SOURCE, [5, 12]],
  ['Java', JAVA, 'no-reply', JAVA_SOURCE, [8, 9]],
  ['JavaScript', JAVASCRIPT, 'no-reply', JS_SOURCE, [4, 5]],
])('in %s it is made at every place where it fits', (_, catalogue, name, source, lines) => {
  expect(linesOf(catalogue, name, source)).toEqual(lines);
});

test('each place is changed by itself, and nothing else is', () => {
  const mutation = PYTHON.find(({ name }) => name === 'no-reply');
  const places = mutation ? everyPlace(mutation, PYTHON_SOURCE) : '';
  if (typeof places === 'string') throw new Error(places);
  for (const { changed, line } of places) {
    const [before, after] = [PYTHON_SOURCE.split('\n'), changed.split('\n')];
    expect(after.map((text, index) => (text === before[index] ? 0 : index + 1)).filter(Boolean)).toEqual([
      line,
    ]);
  }
});

test('where it fits nowhere, why is said', () => {
  expect(linesOf(PYTHON, 'busy-wait', PYTHON_SOURCE)).toBe('no place found');
  expect(linesOf(C, 'busy-recv', C_SOURCE.replace('recv(c', 'poll(0, 0, 0), recv(c'))).toMatch(
    /waits in select/,
  );
});
