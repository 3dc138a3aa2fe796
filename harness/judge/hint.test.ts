import { gradeInline, specOf, verdictOf } from '../testing/inline.ts';

const SERVER = `import os, socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[1])))
s.listen(5)
`;
const BEGIN = '    steps:\n      - start: server\n      - connect: a\n';

async function hintFor(program: string, steps: string) {
  const spec = specOf('server: {}', { one: `    hint: The author says so.\n${BEGIN}${steps}` });
  const [finding] = verdictOf(await gradeInline({ 'server.py': SERVER + program }, spec), 'one').findings;
  return { cause: finding?.cause, summary: finding?.summary, hint: finding?.hint };
}

const LINES = `while True:
    c, a = s.accept()
    for line in c.makefile("rb"):
        c.sendall(line)
`;
const ECHO = '{ equals: "one\\ntwo" }';

test('a server of whole lines is told apart from one that loses what it sends', async () => {
  const found = await hintFor(LINES, `      - send: "one\\ntwo"\n      - expect: ${ECHO}\n`);
  expect(found).toMatchObject({
    cause: 'truncated',
    summary: 'Everything arrived up to the last newline; the 3 bytes after it did not.',
    hint: expect.stringContaining('whole lines only'),
  });
  const loses = 'while True:\n    c, a = s.accept()\n    c.send(c.recv(99)[:5])\n    s.accept()\n';
  const lost = await hintFor(loses, `      - send: "one\\ntwo"\n      - expect: ${ECHO}\n`);
  expect(lost).toMatchObject({ cause: 'truncated', hint: 'The author says so.' });
});

test('a connection that is left open in another process is not one whose end went unnoticed', async () => {
  const forks = `held = []
while True:
    c, a = s.accept()
    held.append(c)
    if os.fork() == 0:
        while c.recv(99): pass
        os._exit(0)
`;
  const found = await hintFor(forks, '      - half_close: a\n      - expect: { closed: true }\n');
  expect(found).toMatchObject({
    cause: 'not_closed',
    hint: expect.stringContaining('close it in the parent'),
  });
  const waits = 'import threading\nc, a = s.accept()\nthreading.Event().wait()\n';
  const other = await hintFor(waits, '      - half_close: a\n      - expect: { closed: true }\n');
  expect(other).toMatchObject({
    cause: 'not_closed',
    hint: expect.stringContaining('as soon as recv() returns b""'),
  });
});

test('a program that ends without an error when its client has gone needs a loop', async () => {
  const steps = '      - close: a\n      - check: { program: server, is: running, for: 200ms }\n';
  expect(await hintFor('c, a = s.accept()\nc.recv(9)\n', steps)).toMatchObject({
    cause: 'exited',
    hint: expect.stringContaining('into a loop'),
  });
  expect(await hintFor('c, a = s.accept()\nc.recv(9)\nsys.exit(3)\n', steps)).toMatchObject({
    cause: 'exited',
    hint: 'The author says so.',
  });
});

test('a program that is killed by SIGPIPE needs no debugger', async () => {
  const writes = `import signal
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
c, a = s.accept()
while c.recv(9): pass
while True: c.send(b"x" * 1000)
`;
  const steps =
    '      - send: hello\n      - reset: a\n      - check: { program: server, is: running, for: 200ms }\n';
  const closes = steps.replace('reset', 'close');
  expect(await hintFor(writes, closes)).toMatchObject({
    cause: 'crashed',
    hint: expect.stringContaining('killed by SIGPIPE'),
  });
});

test('a program that leaves bytes unread gets the hint to read them', async () => {
  const peeks = 'c, a = s.accept()\nc.recv(9, socket.MSG_PEEK)\ns.accept()\n';
  const steps = '      - send: hello\n      - check: { conn: a, unread: 0, within: 1s }\n';
  expect(await hintFor(peeks, steps)).toMatchObject({
    cause: 'not_read',
    hint: expect.stringContaining('it lies there unread'),
  });
});

test('for bytes before the right ones the hint is to leave them out', async () => {
  const greets = 'while True:\n    c, a = s.accept()\n    c.sendall(b"Echo: " + c.recv(99))\n';
  expect(await hintFor(greets, '      - send: "hi\\n"\n      - expect: { equals: "hi\\n" }\n')).toMatchObject(
    {
      cause: 'extra_bytes',
      hint: expect.stringContaining('Leave the extra bytes out'),
    },
  );
});

const ANSWERS = `    hint: The author says so.
${BEGIN}      - send: { line: hello }
      - expect: { equals: { line: hello } }
`;

test('a client of IPv6 is known by its name, and gets the hint that one of IPv4 gets', async () => {
  const lines = `import socket, sys
s = socket.create_server(("::1", int(sys.argv[1])), family=socket.AF_INET6)
while True:
    c, _ = s.accept()
    data = b""
    while piece := c.recv(4096): data += piece
    c.sendall(data)
    c.close()
`;
  const report = await gradeInline({ 'server.py': lines }, specOf('server: {}', { one: ANSWERS }));
  const [finding] = verdictOf(report, 'one').findings;
  expect(finding?.hint).toMatch(/waits for more of it on the same connection/);
  expect(JSON.stringify(finding?.evidence)).toContain('the connection \\"a\\"');
});

test('what a program complains about means something else once it has served a client', async () => {
  const program = (before: string, inside: string) => `import socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
${before}
while True:
    c, _ = s.accept()
    ${inside}
    c.sendall(c.recv(4096))
    c.close()
`;
  const hint = async (text: string) =>
    verdictOf(await gradeInline({ 'server.py': text }, specOf('server: {}', { one: ANSWERS })), 'one')
      .findings[0]?.hint;
  expect(await hint('import sys\nprint(sys.argv[5])\n')).toContain('the port is the first argument');
  expect(await hint(program('', '[][1]'))).toMatch(/how many elements there are/);
});

test('a program that crashes when a client comes is to be looked at in a debugger', async () => {
  const crashes = `import os, signal, socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
c, _ = s.accept()
os.kill(os.getpid(), signal.SIGSEGV)
`;
  const report = await gradeInline({ 'server.py': crashes }, specOf('server: {}', { one: ANSWERS }));
  expect(verdictOf(report, 'one')).toMatchObject({
    status: 'fail',
    findings: [{ hint: expect.stringContaining('debugger') }],
  });
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a connection that the kernel keeps from accept() is not blamed on the program', async () => {
  const defers = 's.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 5)\n';
  const accepted = '      - check: { conn: a, is: accepted, within: 500ms }\n';
  expect(await hintFor(`${defers}while True: s.accept()[0].recv(9)\n`, accepted)).toMatchObject({
    cause: 'not_accepted',
    hint: expect.stringContaining('TCP_DEFER_ACCEPT'),
  });
  expect(await hintFor(`${defers}import time\ntime.sleep(60)\n`, accepted)).toMatchObject({
    cause: 'not_accepted',
    hint: expect.stringContaining('Leave the sleep out'),
  });
});

test('a program that never calls accept() is not said to try', async () => {
  const sleeps = `import socket, sys, time
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True: time.sleep(0.1)
`;
  const blocked =
    '\n    steps:\n      - start: server\n      - check: { program: server, is: blocked, in: accept, within: 2s }\n';
  const report = await gradeInline({ 'server.py': sleeps }, specOf('server: {}', { one: blocked }));
  expect(verdictOf(report, 'one')).toMatchObject({ status: 'fail', findings: [{ cause: 'not_blocked' }] });
});

test('where nothing is in TIME_WAIT because the program breaks connections off, that is said', async () => {
  const breaksOff = `import socket, struct, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    c, _ = s.accept()
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    c.recv(4096)
    c.close()
`;
  const steps = `
    steps:
      - start: server
      - connect: a
      - send: bye
      - expect: { closed: true }
      - stop: server
      - assume: { port: server, is: time_wait, within: 1s }
`;
  const report = await gradeInline({ 'server.py': breaksOff }, specOf('server: {}', { one: steps }));
  expect(verdictOf(report, 'one')).toMatchObject({
    status: 'inconclusive',
    findings: [{ hint: expect.stringContaining('SO_LINGER') }],
  });
});

test('a server that goes to the background gets the hint to stay', async () => {
  const daemon = `import os, socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
if os.fork(): sys.exit(0)
os.setsid()
while True: s.accept()
`;
  const runs =
    '    hint: The author says so.\n    steps:\n      - start: server\n      - check: { program: server, is: running, for: 200ms }\n';
  const report = await gradeInline({ 'server.py': daemon }, specOf('server: {}', { one: runs }));
  expect(verdictOf(report, 'one').findings[0]).toMatchObject({
    cause: 'exited',
    hint: expect.stringContaining('Stay in the foreground'),
  });
});

test('a server that listens without bind() gets that cause', async () => {
  const unbound = 'import socket\ns = socket.socket()\ns.listen()\nwhile True: s.accept()\n';
  const report = await gradeInline(
    { 'server.py': unbound },
    specOf('server: {}', {
      one: '    steps:\n      - start: server\n      - check: { port: server, is: listening }\n',
    }),
  );
  expect(verdictOf(report, 'one').findings[0]).toMatchObject({
    cause: 'other_port',
    hint: expect.stringContaining('Call bind()'),
  });
});

test('a program that waits for the end in an event loop gets the hint to answer each message', async () => {
  const asyncio = `import asyncio, sys
async def serve(r, w):
    w.write(await r.read())
    await w.drain()
    w.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()
asyncio.run(main())
`;
  const steps =
    '      - connect: b\n      - send: { on: a, line: hello }\n      - expect: { on: a, equals: { line: hello } }\n';
  const spec = specOf('server: {}', { one: `    hint: The author says so.\n${BEGIN}${steps}` });
  const [finding] = verdictOf(await gradeInline({ 'server.py': asyncio }, spec), 'one').findings;
  expect(finding).toMatchObject({
    cause: 'nothing_received',
    hint: expect.stringContaining('waits for more of it'),
  });
});

test('a carriage return that a reader of lines drops is not missing from a protocol', async () => {
  const lines = `while True:
    c, a = s.accept()
    for line in c.makefile("r", encoding="latin-1"):
        c.sendall(line.encode("latin-1"))
`;
  const echoed = '      - send: { hex: "610d0a620a" }\n      - expect: { equals: { hex: "610d0a620a" } }\n';
  expect(await hintFor(lines, echoed)).toMatchObject({
    cause: 'lf',
    hint: expect.stringContaining('reads lines'),
  });
  const named = '      - send: "a\\r\\nb\\n"\n      - expect: { equals: "a\\r\\nb\\n" }\n';
  expect(await hintFor(lines, named)).toMatchObject({
    cause: 'lf',
    hint: expect.stringContaining('End every line'),
  });
});

test('the message that Ruby and PHP print above the way to it is shown', async () => {
  const says = (lines: string) => `sys.stderr.write("""${lines}""")\nsys.exit(1)\n`;
  const steps = '    steps:\n      - start: server\n      - check: { port: server, is: listening }\n';
  const evidence = async (lines: string) => {
    const files = { 'server.py': `import sys\n${says(lines)}` };
    return verdictOf(await gradeInline(files, specOf('server: {}', { one: steps })), 'one').findings[0]
      ?.evidence;
  };
  const ruby =
    "main.rb:3:in `read': no such thing (E)\n\tfrom main.rb:3:in `a'\n\tfrom main.rb:2:in `b'\n\tfrom main.rb:1:in `c'\n\tfrom main.rb:4:in `<main>'\n";
  expect(await evidence(ruby)).toEqual(["stderr: main.rb:3:in `read': no such thing (E)"]);
  const php =
    'PHP Fatal error:  Uncaught Error: no such thing\nStack trace:\n#0 main.php(4): start()\n#1 main.php(3): a()\n#2 {main}\n  thrown in main.php on line 2\n';
  expect(await evidence(php)).toEqual(['stderr: PHP Fatal error:  Uncaught Error: no such thing']);
});

test('a client whose second connection is refused is pointed to that one, and not to the first', async () => {
  const client = (other: string) => `import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
m = s.makefile().readline().split(",")
d = socket.create_connection((sys.argv[1], ${other}))
d.sendall(b"data")
`;
  const spec = specOf('client: {}', {
    passive: `    steps:
      - listen: door
      - listen: data
      - start: client
      - accept: { on: door, as: a }
      - send: { line: "\${{ ports.data.high }},\${{ ports.data.low }}" }
      - accept: { on: data, as: d }
      - expect: { on: d, equals: data }
`,
  });
  const [wrong, right] = await Promise.all(
    ['int(m[0]) + int(m[1])', 'int(m[0]) * 256 + int(m[1])'].map((other) =>
      gradeInline({ 'client.py': client(other) }, spec),
    ),
  );
  expect(wrong && verdictOf(wrong, 'passive')).toMatchObject({
    status: 'fail',
    findings: [{ hint: expect.stringMatching(/^Check the host and port of the other connection.*line 4/) }],
  });
  expect(right && verdictOf(right, 'passive').status).toBe('pass');
});

test('a server that asks another one in vain is not said to wait on a connection of before', async () => {
  const server = (cached: string) => `import socket, sys
l = socket.create_server(("127.0.0.1", int(sys.argv[1])))
kept = b""
while True:
    c, _ = l.accept()
    if not (${cached}):
        o = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
        o.settimeout(9)
        kept = o.recv(100)
    c.sendall(kept)
    c.close()
`;
  const spec = specOf('server: { run: "python3 server.py ${{ port }} ${{ ports.origin }}" }', {
    kept: `    steps:
      - listen: origin
      - start: server
      - connect: a
      - accept: { on: origin, as: o }
      - send: { on: o, text: page }
      - close: o
      - expect: { on: a, equals: page }
      - connect: b
      - expect: { on: b, equals: page, within: 500ms }
`,
  });
  const [wrong, right] = await Promise.all(
    ['False', 'kept'].map((cached) => gradeInline({ 'server.py': server(cached) }, spec)),
  );
  const [finding] = (wrong && verdictOf(wrong, 'kept').findings) ?? [];
  expect(finding?.detail).toBe('waits_for_other_server');
  expect(finding?.summary).toContain('has connected to the other server');
  expect(finding?.hint).toContain('the other server');
  expect(JSON.stringify(finding?.evidence)).not.toContain('the connection \\"o\\"');
  expect(right && verdictOf(right, 'kept').status).toBe('pass');
});
