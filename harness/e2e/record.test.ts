import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { atAKeyboard, eventually, runCli } from '../testing/cli.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

let folder: string;
const file = (name: string) => path.join(folder, name);
const write = (name: string, text: string) => {
  mkdirSync(path.dirname(file(name)), { recursive: true });
  writeFileSync(file(name), text);
};
const cli = (...args: string[]) => runCli(args, { cwd: folder });
const run = (submission: string, spec: string, only: string) =>
  cli('run', submission, '--spec', spec, '--only', only, '--isolation', 'none', '--out', 'out');

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'record-'));
  expect((await cli('init')).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The command with a pipe for its input, and what it has printed so far. */
class Piped {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output = '';

  constructor(...args: string[]) {
    this.child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, stdio: 'pipe', env: atAKeyboard() });
    this.child.stdout?.on('data', (bytes: Buffer) => (this.output += bytes.toString()));
    this.child.stderr?.on('data', (bytes: Buffer) => (this.output += bytes.toString()));
    this.ended = new Promise((resolve) => this.child.on('close', resolve));
  }

  until(text: string | RegExp): Promise<void> {
    return eventually(
      () => (typeof text === 'string' ? this.output.includes(text) : text.test(this.output)),
      String(text),
    );
  }
}

/** Says something new each time, and wants it repeated. */
const SESSIONS = `import os, random, socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = server.accept()
    number = random.randint(1000, 9999)
    client.sendall(f"session {number}\\n".encode())
    for line in client.makefile():
        if line.strip() == "crash": os._exit(3)
        if line.strip() == "bytes": client.sendall(b"\\0\\2\\xff\\xfe")
        elif line.strip() == f"bye {number}": client.sendall(f"closed {number}\\n".encode()); break
        else: client.sendall(b"what?\\n")
    client.close()
`;

test('two exchanges and a restart are a scenario that the wrong programs fail; every other byte stays', async () => {
  const before = readFileSync(file('greeter.grade.yaml'), 'utf8');
  write('lines.session', 'Ada\nBob\n:restart\nEve\n');
  const { stdout, code } = await cli(
    'record',
    'greeter.grade.yaml',
    '--solution',
    'solution',
    '--replay',
    'lines.session',
    '--points',
    '4',
  );
  expect(stdout).toContain('greeter.grade.yaml has the scenario "recorded", and the solution passes it.');
  expect(code).toBe(0);
  expect(readFileSync(file('greeter.grade.yaml'), 'utf8')).toBe(`${before}scenarios:
  - id: recorded
    title: It talks as recorded
    points: 4
    steps:
      - start: server
      - connect: a
      - send: { line: Ada }
      - expect: { equals: { line: "Hello, Ada!" } }
      - send: { line: Bob }
      - expect: { equals: { line: "Hello, Bob!" } }
      - stop: { program: server, signal: SIGKILL }
      - expect: { closed: true }
      - close: a
      - assume: { port: server, is: time_wait }
      - start: server
      - connect: b
      - send: { line: Eve }
      - expect: { equals: { line: "Hello, Eve!" } }
`);
  const wrong = await cli(
    'try',
    'greeter.grade.yaml',
    '--only',
    'recorded',
    '--solution',
    'solution',
    '--wrong',
    'wrong',
    '--rounds',
    '1',
    '--isolation',
    'none',
  );
  expect([wrong.code, wrong.stdout]).toEqual([0, expect.stringContaining('2 of 2 wrong ones caught')]);
  expect(existsSync(file('greeter.session'))).toBe(false);
});

test('what differs from run to run is captured, and what is typed may repeat it', async () => {
  write('sessions/server.py', SESSIONS);
  const typed = new Piped('record', '--id', 'session', '--', 'python3', 'sessions/server.py', '{port}');
  await typed.until(/a< session \d+\n/);
  const [, number] = /a< session (\d+)/.exec(typed.output) ?? [];
  typed.child.stdin?.end(`hm\nbytes\nbye ${number}\n`);
  expect(await typed.ended).toBe(0);
  expect(typed.output).toContain(
    `"${number}" differs from run to run, and comes again later: it is captured as session.`,
  );
  const text = readFileSync(file('recorded.grade.yaml'), 'utf8');
  expect(text).toContain("- expect: { read: line, regex: '^session ([0-9]+)$', capture: { session: 1 } }");
  expect(text).toContain('- expect: { read: { length_prefix: 2 }, equals: { hex: ff fe } }');
  expect(text).toContain('- send: { line: "bye ${{ session }}" }');
  expect(text).toContain(
    '- expect: { equals: { line: "closed ${{ session }}" } }\n      - expect: { closed: true }',
  );
  for (let round = 0; round < 3; round++)
    expect((await run('.', 'recorded.grade.yaml', 'session')).code).toBe(0);
});

test('a program that crashes is recorded as it is; what the file lacks afterwards is only the session', async () => {
  write('crash.session', 'crash\n:check exited\n');
  const { stdout, code } = await cli(
    'record',
    '--id',
    'crash',
    '--replay',
    'crash.session',
    '--',
    'python3',
    'sessions/server.py',
    '{port}',
  );
  expect(stdout).toContain('server exited with status 3');
  expect(stdout).toMatch(/check: \{ program: server, is: exited, code: 3 \}/);
  expect(code).toBe(0);
});

test('a scenario that its own solution does not pass is not written, and the session is kept', async () => {
  const once = `import os
try: os.mkdir(${JSON.stringify(file('been-here'))})
except FileExistsError: pass
`;
  // The third start is another one.
  const server = `${once}n = len(os.listdir(${JSON.stringify(file('been-here'))})); open(${JSON.stringify(file('been-here'))} + f"/{n}", "w")
${SESSIONS.replace('b"what?', 'b"what!" if n > 1 else b"what?')}`;
  write('moody/server.py', server);
  const before = readFileSync(file('greeter.grade.yaml'), 'utf8');
  write('moody.session', 'hm\n');
  const { stdout, code } = await cli(
    'record',
    'greeter.grade.yaml',
    '--solution',
    'moody',
    '--id',
    'moody',
    '--replay',
    'moody.session',
  );
  expect(stdout).toContain('The scenario does not pass with its own solution:');
  expect(stdout).toContain('go on with --replay greeter.session');
  expect(code).toBe(1);
  expect(readFileSync(file('greeter.grade.yaml'), 'utf8')).toBe(before);
  expect(readFileSync(file('greeter.session'), 'utf8')).toBe('hm\n');
});

test('any client can be recorded through a proxy', async () => {
  const proxy = new Piped(
    'record',
    'greeter.grade.yaml',
    '--solution',
    'solution',
    '--proxy',
    '0',
    '--id',
    'proxied',
  );
  await proxy.until(/Listening on port \d+/);
  const port = Number(/Listening on port (\d+)/.exec(proxy.output)?.[1]);
  const talk = (line: string) =>
    new Promise<string>((resolve, reject) => {
      const client = net.connect(port, '127.0.0.1', () => client.end(line));
      let reply = '';
      client.on('data', (bytes) => (reply += bytes.toString()));
      client.on('close', () => resolve(reply));
      client.on('error', reject);
    });
  expect(await talk('Ada\n')).toBe('Hello, Ada!\n');
  expect(await talk('Bob\n')).toBe('Hello, Bob!\n');
  proxy.child.stdin?.end();
  expect(await proxy.ended).toBe(0);
  const text = readFileSync(file('greeter.grade.yaml'), 'utf8');
  expect(text.slice(text.indexOf('id: proxied'))).toContain(`
      - connect: a
      - send: { line: Ada }
      - expect: { equals: { line: "Hello, Ada!" } }
      - half_close: a
      - expect: { closed: true }
      - close: a
      - connect: b
`);
});

test('talk shows what the kernel sees', async () => {
  const talk = new Piped('talk', 'solution');
  await talk.until(/waits in recv on connection/);
  talk.child.stdin?.write(':pause\nAda\n');
  await talk.until('4 bytes unread');
  talk.child.stdin?.write(':resume\n');
  await talk.until('a< Hello, Ada!');
  talk.child.stdin?.write(':restart\n');
  await talk.until('1 in TIME_WAIT');
  talk.child.stdin?.end();
  expect(await talk.ended).toBe(0);
  expect(talk.output).toMatch(/a: ESTABLISHED, accepted, all received/);
});

test.each([
  [['record'], 'no specification is named'],
  [['record', 'greeter.grade.yaml'], 'no solution is named'],
  [
    [
      'record',
      'greeter.grade.yaml',
      '--solution',
      'solution',
      '--id',
      'listens',
      '--replay',
      'lines.session',
    ],
    'there is a scenario "listens" already',
  ],
  [['record', 'greeter.grade.yaml', '--solution', 'nowhere'], 'there is no such submission'],
  [['talk'], 'no program is named'],
])('%j says what is wrong', async (args, message) => {
  const { code, stderr } = await cli(...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});
