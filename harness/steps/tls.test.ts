import { gradeInline, statuses, verdictOf } from '../testing/inline.ts';

const SERVER = `
import socket, ssl, sys, threading
mode = sys.argv[2]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
if mode == "old":
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
context.set_alpn_protocols(["http/1.1"])
context.load_cert_chain("own.pem" if mode == "own" else "cert.pem", "own.key" if mode == "own" else "key.pem")
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
def serve(c):
    try:
        if mode == "starttls":
            c.sendall(b"220 hello\\n")
            c.recv(100)
            c.sendall(b"220 go ahead\\n")
        if mode != "plain": c = context.wrap_socket(c, server_side=True)
        while data := c.recv(1000): c.sendall(data)
        c.close()
    except OSError as e:
        print(e, flush=True)
while True:
    c, _ = s.accept()
    threading.Thread(target=serve, args=(c,), daemon=True).start()
`;
const CLIENT = `
import socket, ssl, sys
raw = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
if sys.argv[2] != "plain":
    context = ssl.create_default_context()
    if sys.argv[2] == "trusting": context.load_verify_locations("ca.pem")
    raw = context.wrap_socket(raw, server_hostname="localhost")
raw.sendall(b"hello\\n")
print(raw.recv(100).decode(), flush=True)
`;
const FILES = '{ cert.pem: { certificate: server }, key.pem: { key: server } }';
const ECHO = `
      - send: { line: hello }
      - expect: { equals: { line: hello } }`;
const spec = (mode: string, steps: string, transport = 'tls') =>
  `
version: 1
title: tls
programs:
  server: { transport: ${transport}, files: ${FILES}, run: "python3 server.py \${{ port }} ${mode}" }
  client: { files: { ca.pem: { certificate: ca } }, run: "python3 client.py \${{ port }} ${mode}" }
scenarios:
  - { id: s, title: s, steps: [${steps.trim().startsWith('-') ? '' : steps}] }
`.replace(/\{ id: s.*\n/, `id: s\n    title: s\n    steps:\n${steps}\n`);

async function graded(mode: string, steps: string, transport?: string, files = {}) {
  const report = await gradeInline(
    { 'server.py': SERVER, 'client.py': CLIENT, ...files },
    spec(mode, steps, transport),
  );
  return { status: statuses(report).s, finding: verdictOf(report, 's').findings[0] };
}
const START = `
      - start: server
      - connect: { as: a, to: server }`;

test('a TLS server is talked to, and what the handshake agreed on is seen', async () => {
  const steps = `
      - start: server
      - connect: { as: a, to: server, tls: { alpn: [http/1.1] } }${ECHO}
      - check: { conn: a, tls: { version: TLSv1.3, alpn: http/1.1, trusted: true } }
      - close: a`;
  expect(await graded('new', steps)).toEqual({ status: 'pass', finding: undefined });
  const old = await graded('old', `${START}${ECHO}\n      - check: { conn: a, tls: { version: TLSv1.3 } }`);
  expect(old).toMatchObject({ status: 'fail', finding: { cause: 'tls_version', actual: 'version TLSv1.2' } });
});

test('a connection goes on encrypted after STARTTLS', async () => {
  const steps = `
      - start: server
      - connect: { as: a, to: server, transport: tcp }
      - expect: { read: line, equals: 220 hello }
      - send: { line: STARTTLS }
      - expect: { read: line, starts_with: "220" }
      - starttls: a${ECHO}`;
  expect(await graded('starttls', steps)).toEqual({ status: 'pass', finding: undefined });
});

test('handshakes that fail name their cause', async () => {
  const plain = await graded('plain', `${START}${ECHO}`);
  expect(plain).toMatchObject({ status: 'fail', finding: { cause: 'tls_plain' } });
  const unexpected = await graded(
    'new',
    `
      - start: server
      - connect: { as: a, to: server, transport: tcp }${ECHO}`,
  );
  expect(unexpected).toMatchObject({ status: 'fail', finding: { cause: 'tls_unexpected' } });
  const { execFileSync } = await import('node:child_process');
  const made = execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', '-', '-subj', '/CN=localhost', '-days', '2'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  ).toString();
  const at = made.indexOf('-----BEGIN CERTIFICATE');
  const own = await graded('own', `${START}${ECHO}`, 'tls', {
    'own.pem': made.slice(at),
    'own.key': made.slice(0, at),
  });
  expect(own).toMatchObject({
    status: 'fail',
    finding: { cause: 'tls_untrusted', actual: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  });
});

test.each([
  ['trusting', 'pass', undefined],
  ['strict', 'fail', 'tls_untrusted'],
  ['plain', 'fail', 'tls_plain'],
])('a TLS client that is %s: %s', async (mode, status, cause) => {
  const steps = `
      - listen: { as: door, transport: tls }
      - start: client
      - accept: { as: a, on: door }
      - expect: { equals: { line: hello } }
      - send: { line: hi }
      - check: { program: client, stdout: { contains: hi } }`;
  const found = await graded(mode, steps);
  expect([found.status, found.finding?.cause]).toEqual([status, cause]);
});
