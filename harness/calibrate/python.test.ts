import { execFileSync } from 'node:child_process';
import { PYTHON } from './python.ts';

const ASYNCIO = `import asyncio, sys


async def handle(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(handle, "localhost", int(sys.argv[1]))
    async with server:
        await server.serve_forever()


asyncio.run(main())
`;
const SOCKETSERVER = `import socketserver, sys


class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        while True:
            data = self.rfile.readline()
            if not data:
                break
            self.wfile.write(data)


socketserver.TCPServer.allow_reuse_address = True
with socketserver.TCPServer(("127.0.0.1", int(sys.argv[1])), Echo) as server:
    server.serve_forever()
`;
const SELECT = `import select, socket, sys

server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", int(sys.argv[1])))
server.listen()
clients = []
while True:
    ready, _, _ = select.select([server] + clients, [], [])
    for sock in ready:
        if sock is server:
            conn, _ = server.accept()
            clients.append(conn)
            continue
        data = sock.recv(4096)
        if data:
            sock.sendall(data)
        else:
            clients.remove(sock)
            sock.close()
`;
const BYTES = [
  'decodes',
  'strips',
  'extra-nul',
  'sends-twice',
  'no-reply',
  'drops-last-byte',
  'discards-first',
];

/** The lines that are new in a mutant. */
function news(source: string, name: string): string {
  const known = new Set(source.split('\n'));
  return String(PYTHON.find((each) => each.name === name)?.apply(source))
    .split('\n')
    .filter((line) => !known.has(line))
    .map((line) => line.trim())
    .join('\n');
}

test.each([
  ['asyncio', ASYNCIO, [...BYTES, 'no-reuseaddr', 'other-port', 'recv-once', 'no-eof-check', 'gives-up']],
  ['socketserver', SOCKETSERVER, [...BYTES, 'no-reuseaddr', 'other-port', 'one-shot', 'recv-once']],
  ['select', SELECT, [...BYTES, 'no-reuseaddr', 'other-port', 'busy-wait']],
])('a solution with %s gets mutants about bytes and more, all of them valid', (_, source, kinds) => {
  const made = PYTHON.filter(({ apply }) => typeof apply(source) === 'string');
  expect(made.map(({ name }) => name)).toEqual(expect.arrayContaining(kinds));
  const sources = JSON.stringify(made.map(({ apply }) => apply(source)));
  const parse = 'import ast, json, sys\nfor source in json.load(sys.stdin): ast.parse(source)';
  execFileSync('python3', ['-c', parse], { input: sources, stdio: 'pipe' });
});

test('streams are changed where they are read and written', () => {
  expect(news(ASYNCIO, 'recv-once')).toBe('for data in [await reader.read(65536)]:');
  expect(news(ASYNCIO, 'strips')).toBe('while data := (await reader.read(65536)).strip():');
  expect(news(ASYNCIO, 'no-eof-check')).toBe('while (data := await reader.read(65536)) is not None:');
  expect(news(ASYNCIO, 'other-port')).toContain('(handle, "localhost", (int(sys.argv[1])) + 1)');
  expect(news(ASYNCIO, 'no-reuseaddr')).toContain('int(sys.argv[1]), reuse_address=False)');
  expect(news(SOCKETSERVER, 'extra-nul')).toBe('self.wfile.write((data) + b"\\0")');
  expect(news(SOCKETSERVER, 'one-shot')).toBe('server.handle_request()');
});

test('a loop over all clients is not taken for that of one', () => {
  expect(news(SELECT, 'recv-once')).toBe('undefined');
  expect(news(SELECT, 'busy-wait')).toBe('ready, _, _ = select.select([server] + clients, [], [], 0)');
  const busy = PYTHON.find(({ name }) => name === 'busy-recv')?.apply(SELECT);
  expect(busy).toEqual({ why: expect.stringMatching(/waits for all sockets/) });
});

test('that only the first bytes are sent is excused where there are never more', () => {
  const excuse = (source: string) => PYTHON.find(({ name }) => name === 'cuts')?.harmless?.(source);
  expect(excuse(ASYNCIO)).toBeUndefined();
  expect(excuse(SOCKETSERVER)).toBeUndefined();
  expect(excuse(ASYNCIO.replace('65536', '100'))).toBe('it receives at most 100 bytes at a time');
  expect(excuse(`SIZE = 256\n${ASYNCIO.replace('65536', 'SIZE')}`)).toBe(
    'it receives at most 256 bytes at a time',
  );
});

const DATAGRAMS = `import socket, struct, sys
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", int(sys.argv[1])))
while True:
    message, client = server.recvfrom(65535)
    server.sendto(struct.pack(">H", len(message)) + message, client)
`;

test('datagrams are changed, and their addresses stay; nothing is said of connections', () => {
  expect(news(DATAGRAMS, 'strips')).toBe(
    'message, client = (lambda got: (got[0].strip(), *got[1:]))(server.recvfrom(65535))',
  );
  expect(news(DATAGRAMS, 'extra-nul')).toBe(
    'server.sendto((struct.pack(">H", len(message)) + message) + b"\\0", client)',
  );
  expect(news(DATAGRAMS, 'small-buffer')).toBe('message, client = server.recvfrom(16)');
  expect(PYTHON.find(({ name }) => name === 'small-buffer')?.harmless?.(DATAGRAMS)).toBeUndefined();
  for (const name of ['closes-after-reply', 'replies-before-recv', 'dies-at-reset'])
    expect([name, typeof PYTHON.find((each) => each.name === name)?.apply(DATAGRAMS)]).not.toEqual([
      name,
      'string',
    ]);
});

test('a connection of which a stream was made is ended, and what changes nothing is excused', () => {
  const lines = `def serve(client):
    with client, client.makefile("rb") as stream:
        stream = client.makefile("rb")
        size = int(stream.readline().strip())
        client.sendall(b"ok " + stream.read(size - 1))
`;
  expect(news(lines, 'closes-before-reply')).toBe('client.shutdown(2), client.close()');
  expect(news(lines, 'decodes')).toBe('size = int(stream.readline().decode().encode().strip())');
  const excuse = (name: string, source: string) =>
    PYTHON.find((each) => each.name === name)?.harmless?.(source);
  expect(excuse('closes-after-reply', lines)).toBe('it closes the connection there anyway');
  expect(excuse('closes-after-reply', lines.replace('size =', 'while size :='))).toBe(
    'it closes the connection there anyway',
  );
  expect(
    excuse(
      'closes-after-reply',
      lines.replace('        client.s', '        for _ in x:\n            client.s'),
    ),
  ).toBeUndefined();
  expect(excuse('strips', lines)).toBe('it takes white space off by itself');
  expect(excuse('cuts', lines.replace('b"ok " +', 'x +'))).toBeUndefined();
  expect(excuse('cuts', lines.replace('b"ok " + stream.read(size - 1)', 'b"ok"'))).toMatch(
    /a short text of its own/,
  );
  // What is longer than it shows is not short.
  expect(excuse('cuts', lines)).toBeUndefined();
});
