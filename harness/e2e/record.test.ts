import { type ChildProcess, spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRecordOptions, readTalkOptions } from '../cli/session-options.ts';
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

/** The steps of a scenario as they stand in a file. */
const stepsOf = (spec: string, id: string): string[] => {
  const [, text = ''] = readFileSync(file(spec), 'utf8').split(`- id: ${id}\n`);
  return [...(text.split('- id: ')[0] ?? '').matchAll(/^ +- (.*)$/gm)].map(([, step = '']) => step);
};

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'record-'));
  write('broken/server.c', 'int main( {');
  expect((await cli('init')).code).toBe(0);
});
afterAll(() => {
  // What a failed test leaves behind would keep the others waiting.
  for (const { child } of piped) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const piped: Piped[] = [];

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
    piped.push(this);
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
  // It passed when it was saved; the number is another one now.
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
  expect(stdout).toContain('it is so');
  expect(stdout).not.toContain('no connection is open');
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
  expect(stdout).toContain('The session is in moody.session');
  expect(code).toBe(1);
  expect(readFileSync(file('greeter.grade.yaml'), 'utf8')).toBe(before);
});

test.each(['client', 'server'] as const)('a %s that speaks UDP is recorded', async (role) => {
  const lines = role === 'client' ? ':type Ada\n:text Hello, Ada!\n' : 'Ada\n:restart\nEve\n';
  write(`udp-${role}.session`, lines);
  expect((await cli('init', `udp-${role}`, '--role', role, '--transport', 'udp')).code).toBe(0);
  const spec = `udp-${role}/greeter.grade.yaml`;
  const replay = ['--solution', `udp-${role}/solution`, '--replay', `udp-${role}.session`];
  expect(await cli('record', spec, ...replay)).toMatchObject({ code: 0, stderr: '' });
  expect(stepsOf(spec, 'recorded')).toEqual(
    role === 'client'
      ? [
          'listen: door',
          'start: client',
          'stdin: { line: Ada }',
          'accept: a',
          'expect: { equals: { line: Ada } }',
          'send: { text: "Hello, Ada!" }',
          'check: { program: client, stdout: { contains: "Hello, Ada!" } }',
          'check: { program: client, is: exited, code: 0 }',
        ]
      : [
          'start: server',
          'connect: a',
          'send: { line: Ada }',
          'expect: { equals: { line: "Hello, Ada!" } }',
          'stop: { program: server, signal: SIGKILL }',
          'close: a',
          'start: server',
          'connect: b',
          'send: { line: Eve }',
          'expect: { equals: { line: "Hello, Eve!" } }',
        ],
  );
});

test('a client is recorded, and the wrong one fails where the recording shows its fault', async () => {
  write('client.session', ':type Ada\n:pieces 1\nHello, Ada!\n');
  expect((await cli('init', 'client', '--role', 'client')).code).toBe(0);
  const replay = ['--solution', 'client/solution', '--replay', 'client.session'];
  expect(await cli('record', 'client/greeter.grade.yaml', ...replay)).toMatchObject({ code: 0, stderr: '' });
  expect(stepsOf('client/greeter.grade.yaml', 'recorded')).toEqual([
    'listen: door',
    'start: client',
    'stdin: { line: Ada }',
    'accept: a',
    'expect: { equals: { line: Ada } }',
    'send: { line: "Hello, Ada!", chunk: 1, every: received }',
    'expect: { closed: true }',
    'close: a',
    'check: { program: client, stdout: { contains: "Hello, Ada!" } }',
    'check: { program: client, is: exited, code: 0 }',
  ]);
  const wrong = await run('client/wrong/one-recv', 'client/greeter.grade.yaml', 'recorded');
  expect(wrong).toMatchObject({ code: 1, stdout: expect.stringContaining('✗ recorded') });
});

test('each command is on disk before it is obeyed, and is there whatever ends the session', async () => {
  const drafts = ['greeter.session', 'greeter-2.session'];
  for (const [index, draft] of drafts.entries()) {
    const killed = new Piped('record', 'greeter.grade.yaml', '--solution', 'solution');
    await killed.until('What you type is sent');
    killed.child.stdin?.write(`Ada\n:wait\n`);
    await eventually(
      () => existsSync(file(draft)) && readFileSync(file(draft), 'utf8').includes(':wait'),
      draft,
    );
    killed.child.kill(index === 0 ? 'SIGKILL' : 'SIGINT');
    await killed.ended;
    // It does not wait for what was waited for.
    expect(killed.output).not.toContain('nothing came');
    expect(readFileSync(file(draft), 'utf8')).toBe('Ada\n:wait\n');
    if (index === 1) expect(killed.output).toContain(`go on with --continue ${draft}`);
  }
  write('greeter.session', 'Ada\n');
  const resumed = new Piped(
    ...['record', 'greeter.grade.yaml', '--solution', 'solution', '--id', 'resumed'],
    ...['--continue', 'greeter.session'],
  );
  resumed.child.stdin?.end('Bob\n');
  expect(await resumed.ended).toBe(0);
  expect(stepsOf('greeter.grade.yaml', 'resumed').filter((step) => step.startsWith('send'))).toEqual([
    'send: { line: Ada }',
    'send: { line: Bob }',
  ]);
  // What was continued is the author's own; what was written on the way is gone.
  expect(['greeter.session', 'greeter-3.session'].map((name) => existsSync(file(name)))).toEqual([
    true,
    false,
  ]);
  for (const draft of drafts) rmSync(file(draft));
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
  expect(readFileSync(file('greeter.session'), 'utf8')).toMatch(/^Ada\n:half-close\n:open b\nBob\n/);
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

test('a client that speaks UDP is recorded through a proxy, datagram by datagram', async () => {
  const proxy = new Piped(
    ...['record', 'udp-server/greeter.grade.yaml', '--solution', 'udp-server/solution'],
    ...['--proxy', '0', '--id', 'proxied'],
  );
  await proxy.until(/Listening on port \d+/);
  const port = Number(/Listening on port (\d+)/.exec(proxy.output)?.[1]);
  const socket = dgram.createSocket('udp4');
  const replies: string[] = [];
  socket.on('message', (bytes) => replies.push(bytes.toString()));
  try {
    for (const name of ['Ada', 'Bob', 'Ada']) socket.send(name, port, '127.0.0.1');
    await eventually(() => replies.length === 3, 'three replies');
  } finally {
    socket.close();
  }
  expect(replies).toEqual(['Hello, Ada!\n', 'Hello, Bob!\n', 'Hello, Ada!\n']);
  proxy.child.stdin?.end();
  expect(await proxy.ended).toBe(0);
  expect(stepsOf('udp-server/greeter.grade.yaml', 'proxied').slice(2, 4)).toEqual([
    'send: { text: Ada }',
    'expect: { equals: { line: "Hello, Ada!" } }',
  ]);
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

test('talk finds a client in its folder, and says how a program that speaks UDP is talked to', async () => {
  const client = new Piped('talk', 'client/solution');
  client.child.stdin?.end(':type Ada\nHello, Ada!\n');
  expect(await client.ended).toBe(0);
  expect(client.output).toMatch(/client may connect to port [0-9]+[\s\S]*client prints: Hello, Ada!/);
  const udp = new Piped('talk', 'udp-server/solution');
  udp.child.stdin?.end();
  expect(await udp.ended).toBe(1);
  expect(udp.output).toContain('give --transport udp');
});

test.each([
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
  [
    ['record', 'client/greeter.grade.yaml', '--solution', 'client/solution', '--proxy', '0'],
    'stands before a server',
  ],
  [['talk', 'broken'], 'server.c:1:11: error'],
])('%j says what is wrong', async (args, message) => {
  const { code, stderr } = await cli(...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});

test.each([
  [[], 'no specification is named'],
  [['greeter.grade.yaml'], 'no solution is named'],
  [['--proxy', '0', '--replay', 'lines.session', '--', 'true'], 'takes all commands from a file'],
  [['GREETER', '--solution', 'solution', '--transport', 'udp'], 'says which transport'],
  [['GREETER', '--solution', 'solution', '--id', 'No!'], 'lower-case letters'],
])('a command line of record, %j, is refused before anything is begun', (args, message) => {
  const named = args.map((arg) => (arg === 'GREETER' ? file('greeter.grade.yaml') : arg));
  expect(() => readRecordOptions(named)).toThrow(message);
});

test('talk wants to know with what', () => {
  expect(() => readTalkOptions([])).toThrow('no program is named');
});
