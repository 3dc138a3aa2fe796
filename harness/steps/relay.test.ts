import { gradeInline, verdictOf } from '../testing/inline.ts';
import { diagnose } from '../testing/spec-text.ts';

const SERVER = `import socket, sys, threading
def serve(c):
    f = c.makefile("rwb", buffering=0)
    for line in f: f.write(line.upper())
    c.close()
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True: threading.Thread(target=serve, args=(s.accept()[0],)).start()
`;
const CLIENT = `import socket, sys
for word in ("ada", "eve"):
    s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
    s.sendall(word.encode() + b"\\n"); s.shutdown(socket.SHUT_WR)
    print(s.makefile().read().strip(), flush=True)
`;
const SPEC = (programs: string, steps: string, id = 'one') => `title: between
programs: { ${programs} }
scenarios:
  - id: ${id}
    title: between
    steps:
      - start: server
      - relay: { as: mid, from: client, to: server }
${steps}`;

test('the grader stands between two programs, sees what both say, and hands on how they end', async () => {
  const spec = SPEC(
    'server: {}, client: {}',
    `      - start: client
      - expect: { on: mid-from, equals: { line: ada } }
      - expect: { on: mid-to, equals: { line: ADA } }
      - expect: { on: mid-from, closed: true }
      - check: { program: client, is: exited, code: 0 }
      - check: { program: client, stdout: { equals: "ADA\\nEVE\\n" } }
      - expect: { on: "mid-to", closed: true }
`,
  );
  const report = await gradeInline({ 'server.py': SERVER, 'client.py': CLIENT }, spec);
  const verdict = verdictOf(report, 'one');
  expect(verdict.findings).toEqual([]);
  const trace = verdict.runs[0]?.trace;
  const { streams = {}, events = [] } = trace ?? {};
  const text = (name: string) => Buffer.from(streams[name]?.base64 ?? '', 'base64').toString();
  expect(['mid-from.received', 'mid-to.sent', 'mid-to.received', 'mid-from.sent'].map(text)).toEqual([
    'ada\n',
    'ada\n',
    'ADA\n',
    'ADA\n',
  ]);
  expect(text('mid-to[2].received')).toBe('EVE\n');
  expect(events.some((event) => event.type === 'connect' && event.program === 'server')).toBe(true);
});

test('a wrong message is found on the side that it came from', async () => {
  const spec = SPEC(
    'server: {}, client: {}',
    '      - start: client\n      - expect: { on: mid-to, equals: { line: Ada } }\n',
  );
  const report = await gradeInline({ 'server.py': SERVER, 'client.py': CLIENT }, spec);
  expect(verdictOf(report, 'one').findings[0]).toMatchObject({ cause: 'different_case' });
});

test('datagrams between two programs go through a bad link', async () => {
  const server = `import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", int(sys.argv[1])))
while True:
    data, peer = s.recvfrom(2048); s.sendto(b"ack " + data, peer)
`;
  const client = `import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(0.2)
tries = 0
for n in range(3):
    while True:
        tries += 1
        s.sendto(b"%d" % n, (sys.argv[1], int(sys.argv[2])))
        try:
            if s.recv(2048) == b"ack %d" % n: break
        except TimeoutError: pass
print(tries)
`;
  const spec = SPEC(
    'server: { transport: udp }, client: { transport: udp }',
    `      - link: { on: mid, drop: [1, 3], direction: from_program }
      - start: client
      - check: { program: client, is: exited, code: 0, within: 10s }
      - check: { program: client, stdout: { equals: "5\\n" } }
`,
  );
  const report = await gradeInline({ 'server.py': server, 'client.py': client }, spec);
  expect(verdictOf(report, 'one').findings).toEqual([]);
});

test('a server that is gone resets the client; large data comes through whole', async () => {
  const big = `import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall((b"x" * 999 + b"\\n") * 300); s.shutdown(socket.SHUT_WR)
n = 0
while d := s.recv(65536): n += len(d)
print(n)
`;
  const spec = SPEC(
    'server: {}, client: {}',
    '      - start: client\n      - check: { program: client, stdout: { equals: "300000\\n" }, within: 20s }\n',
  );
  const report = await gradeInline({ 'server.py': SERVER, 'client.py': big }, spec);
  expect(verdictOf(report, 'one').findings).toEqual([]);
  const gone = SPEC(
    'server: {}, client: {}',
    `      - stop: server
      - start: client
      - check: { program: client, is: exited, code: 3 }
`,
  );
  const refused =
    CLIENT.replace('for word', 'try:\n  for word').replace(/\n {4}/g, '\n      ') +
    'except ConnectionResetError: sys.exit(3)\n';
  const ended = await gradeInline({ 'server.py': SERVER, 'client.py': refused }, gone);
  expect(verdictOf(ended, 'one').findings).toEqual([]);
});

const TLS_SERVER = `import socket, ssl, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); context.load_cert_chain("cert.pem", "key.pem")
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    try:
        with context.wrap_socket(s.accept()[0], server_side=True) as c: c.sendall(c.recv(100).upper())
    except OSError: pass
`;
const TLS_CLIENT = `import socket, ssl, sys
context = ssl.create_default_context(cafile="ca.pem")
with context.wrap_socket(socket.create_connection((sys.argv[1], int(sys.argv[2]))), server_hostname="localhost") as c:
    c.sendall(b"ada\\n"); print(c.recv(100).decode().strip())
`;

test('between programs that speak TLS it has a certificate of the run, and sees what they say', async () => {
  const files = '{ cert.pem: { certificate: server }, key.pem: { key: server } }';
  const programs = `server: { transport: tls, files: ${files} }, client: { files: { ca.pem: { certificate: ca } } }`;
  const steps = (reply: string) => `      - start: client
      - expect: { on: mid-from, equals: { line: ada } }
      - expect: { on: mid-to, equals: { line: ${reply} } }
      - check: { program: client, is: exited, code: 0 }
      - check: { program: client, stdout: { equals: "ADA\\n" } }
`;
  const sources = { 'server.py': TLS_SERVER, 'client.py': TLS_CLIENT };
  const [right, wrong] = await Promise.all(
    ['ADA', 'Ada'].map((reply) => gradeInline(sources, SPEC(programs, steps(reply)))),
  );
  expect(right && verdictOf(right, 'one').findings).toEqual([]);
  expect(wrong && verdictOf(wrong, 'one')).toMatchObject({
    status: 'fail',
    findings: [{ step: { index: 4 } }],
  });
});

test('names of a relay are checked', () => {
  const wrong = (relay: string) =>
    diagnose(
      SPEC(
        'server: {}, client: {}',
        `      - start: client\n      - check: { program: client, is: exited }\n`,
      ).replace(/relay: .*/, `relay: ${relay}`),
    );
  expect(wrong('{ as: mid, from: client, to: sever }')).toContain('did you mean "server"');
  expect(wrong('{ as: mid, from: server, to: server }')).toContain('no relay to itself');
  expect(wrong('{ as: mid, from: client, to: client }')).toContain('has not been started');
});
