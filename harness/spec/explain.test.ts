import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { STEPS } from '../steps/index.ts';
import { eventually, ROOT, runCli } from '../testing/cli.ts';
import { readRight, withSteps } from '../testing/spec-text.ts';
import { byHand } from './by-hand.ts';
import { explainAssignment } from './explain.ts';

const text = `title: Greeter
description: Says hello.
params:
  word: { default: "h\\u00e9llo\\n", about: what it says }
programs:
  server: { port: any, ready: { stdout: ready } }
defaults: { within: 2s }
templates:
  greets:
    with: [client]
    steps:
      - expect: { on: "\${{ with.client }}", equals: "\${{ word }}" }
scenarios:
  - id: one
    title: It greets
    points: 2
    steps:
      - start: server
      - connect: a
      - send: { hex: "00 ff 27 25 5c 0a", within: 500ms }
      - { use: { template: greets, with: { client: a } }, name: the greeting }
      - expect: { contains: "port \${{ port }}" }
      - half_close: a
      - expect: { closed: fin }
        soft: true
  - id: two
    title: Many
    matrix: { size: [1, 2] }
    defaults: { within: 7s }
    only_if: { word: other }
    steps: [{ start: server }, { connect: b }, { expect: { length: "\${{ matrix.size }}" } }]
`;

test('every step in plain words, every value with its line, every payload with its length, and how by hand', () => {
  expect(explainAssignment(readRight(text))).toBe(`Greeter
  Says hello.

Parameter word: "héllo\\n" (line 4)
  what it says
Program server:
  port any (line 6), ready when it has printed "ready" (line 6)
  built and started by the first of these whose file is there (built in):
    server.py      python3 server.py \${{ port }}
    Makefile       make && ./server \${{ port }}
    server.c       gcc -O1 -g -Wall -pthread -o server server.c && ./server \${{ port }}
    Server.java    javac -J-XX:TieredStopAtLevel=1 -d . Server.java && java -Xshare:auto -XX:TieredStopAtLevel=1 \${{ class }} \${{ port }}
    server.js      node server.js \${{ port }}
    server.mjs     node server.mjs \${{ port }}
    *.py           python3 "\${{ file }}" \${{ port }}
    *.c            gcc -O1 -g -Wall -pthread -o server "\${{ file }}" && ./server \${{ port }}
    *.java         javac -J-XX:TieredStopAtLevel=1 -d . "\${{ file }}" && java -Xshare:auto -XX:TieredStopAtLevel=1 "\${{ class }}" \${{ port }}
    *.js           node "\${{ file }}" \${{ port }}
    *.mjs          node "\${{ file }}" \${{ port }}
    and so on for CMakeLists.txt, Cargo.toml, go.mod, pom.xml, build.gradle,
    build.gradle.kts, package.json, server.cpp, *.cpp, server.cc, *.cc,
    server.cxx, *.cxx, server.go, *.go, server.rs, *.rs, server.rb, *.rb,
    server.php, *.php, server.pl, *.pl, server.ts, *.ts, server.kt, *.kt,
    Server.cs, *.cs

one: It greets (line 14)
  2 points (line 16), visible (built in), at most 60 s in all (built in)
  Tried again once when it was inconclusive (built in); bytes left over: fail
  (built in).
   1. Start the program server and wait until it is ready.
        line 18 · within 10 s (built in)
   2. Connect to server; the connection is called a.
        line 19 · within 2 s (line 7) · reading true (built in) · expect ok
        (built in) · to server (the only one)
   3. Send on a 6 bytes: \\0\\xff'%\\\\\\n
        line 20 · within 500 ms (line 20) · on a (the only one)
   4. (the greeting) Read from a until it is decided: it must be exactly 7
      bytes: héllo\\n
        line 12 · within 2 s (line 7) · word = "héllo\\n" (line 4)
   5. Read from a until it is decided: it must contain 9 bytes: port 8080
        line 22 · within 2 s (line 7) · on a (the only one) · port is known when
        it runs
   6. Say on a that nothing more will be sent (FIN); go on reading.
        line 23
   7. The program must end a in an orderly way (FIN).
        line 24 · within 2 s (line 7) · on a (the only one) · it continues after
        a failure
  By hand, each line in a terminal of its own (another port than 8080 will do
    as well):
    server: python3 server.py 8080
    or:     gcc -O1 -g -Wall -pthread -o server server.c && ./server 8080
    or:     javac -J-XX:TieredStopAtLevel=1 -d . Server.java && java -Xshare:auto -XX:TieredStopAtLevel=1 Server 8080
    a:      printf '\\000\\377'\\''%%\\\\\\n' | nc -N localhost 8080

two: Many (line 26)
  1 point (built in), visible (built in), at most 60 s in all (built in)
  Tried again once when it was inconclusive (built in); bytes left over: fail
  (built in).
  Once for each of size=1 | size=2 (line 28); scoring: whole (built in).
  It does not apply with these parameters (line 30).
`);
});

test('a scenario alone, with other parameters, and the rows of its matrix', () => {
  const explained = explainAssignment(readRight(text, { params: { word: 'other' } }), ['two']);
  expect(explained).toContain(
    'Once for each of size=1 | size=2 (line 28); scoring: whole (built in).\n  Here with size=1:\n',
  );
  expect(explained).toContain(
    '  With size=2:\n   3. Read from b until it is decided: it must have 2 bytes\n  By hand',
  );
  expect(explained).toMatch(/matrix\.size = 1\s+\(line 28\)/);
  expect(explained).toContain(
    'it must have 1 byte\n        line 31 · within 7 s (line 29) · on b (the only one)',
  );
  expect(explained).not.toContain('Greeter');
});

const examples = [...STEPS.values()]
  .filter(({ nests }) => nests === undefined)
  .flatMap(({ about }) => about.examples);

test.each(examples)('%s is reported in a sentence', (example) => {
  const before = /^start:/.test(example)
    ? ['note: first']
    : /^(connect|relay)/.test(example)
      ? ['start: server']
      : /^(accept|unlisten|serve)/.test(example)
        ? ['listen: door', 'start: server']
        : ['start: server', 'connect: a'];
  const written = withSteps(...before, example, 'check: { port: server, is: listening }');
  const programs = example.startsWith('relay') ? 'server: {}, client: {}' : 'server: {}';
  const text = explainAssignment(
    readRight(written.replace('programs: { server: {} }', `programs: { ${programs} }`)),
  );
  const steps = text.split('\n').filter((line) => /^ {3}\d\. /.test(line));
  expect(steps).toHaveLength(before.length + 2);
  for (const step of steps) expect(step).toMatch(/^ {3}\d\. [A-Z]/);
});

describe('by hand', () => {
  test('a second place to listen has a port of its own, and stands there though nobody is accepted', () => {
    const assignment = readRight(`title: T
programs: { client: {} }
scenarios:
  - id: one
    title: One
    steps:
      - listen: ctl
      - listen: { as: other, transport: udp }
      - start: client
      - accept: { as: c, on: ctl }
      - send: "port \${{ ports.other }}"
      - accept: { on: other, nothing: true, for: 50ms }
`);
    const explained = explainAssignment(assignment, ['one']);
    expect(explained).toContain('1. Listen on the port that the program is given; the place is called ctl.');
    expect(explained.replaceAll(/\s+/g, ' ')).toContain(
      '2. Listen by UDP on a port of its own, ${{ ports.other }}; the place is called other.',
    );
    expect(explained).toMatch(/ c: +printf 'port 8081' \| nc -l 8080\n +other: +nc -u -l 8081\n/);
  });

  test('waits become pauses, and what is long is produced', () => {
    const line = { kind: 'line', text: "it's 100 %", newline: 'crlf' } as const;
    const wait = { kind: 'wait' } as const;
    expect(
      byHand([{ kind: 'send', payload: line }, wait, wait, { kind: 'send', payload: line }, wait], '1', {
        port: 7,
      }),
    ).toBe(
      `{ printf 'it'\\''s 100 %%\\r\\n'; sleep 1; printf 'it'\\''s 100 %%\\r\\n'; } | nc -q 1 localhost 7`,
    );
    expect(
      byHand([{ kind: 'send', payload: { kind: 'repeat', unit: 'ab', bytes: 999 } }], '1', { port: 7 }),
    ).toBe(`yes ab | tr -d '\\n' | head -c 999 | nc -q 1 localhost 7`);
    expect(byHand([wait, { kind: 'half_close' }], '1', { port: 7 })).toBe('nc -N localhost 7 < /dev/null');
    expect(byHand([wait], '1', { port: 7, host: '::1' })).toBe('nc ::1 7');
    expect(
      byHand([{ kind: 'accept', listener: 'l' }, wait, { kind: 'send', payload: line }], '1', { port: 7 }),
    ).toBe(`{ sleep 1; printf 'it'\\''s 100 %%\\r\\n'; } | nc -l 7`);
  });

  test('the printed line does what the scenario does: an echo server sends the bytes back', async () => {
    const server = spawn('python3', ['-u', path.join(ROOT, 'fixtures/echo/python-solution/server.py'), '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const port = await listeningPort(server.pid ?? 0);
      const text = (await runCli(['explain', 'echo', 'fragments', 'half-close'])).stdout;
      const lines = [...text.matchAll(/^ {4}a: +(.*)$/gm)].map((match) => match[1] ?? '');
      const run = (line: string) =>
        execFileSync('sh', ['-c', line.replace('8080', String(port))], { encoding: 'utf8', timeout: 20_000 });
      expect(lines.map(run)).toEqual([
        'one line in five parts\none\ntwo\nthree\n',
        expect.stringMatching(/\n$/),
      ]);
    } finally {
      server.kill('SIGKILL');
      await once(server, 'exit');
    }
  });
});

/** The port that a process listens on, from the kernel's table; waits for it. */
async function listeningPort(pid: number): Promise<number> {
  let port: string | undefined;
  await eventually(() => {
    const found = execFileSync(
      'lsof',
      ['-nP', '-a', '-p', String(pid), '-iTCP', '-sTCP:LISTEN', '-Fn', '-w', '-Q'],
      { encoding: 'utf8' },
    );
    port = /:(\d+)$/m.exec(found)?.[1];
    return port !== undefined;
  }, 'the server listens');
  return Number(port);
}

test('the command: unknown scenarios and files are reported, parameters are taken', async () => {
  const { code, stderr } = await runCli(['explain', 'echo', 'fragment']);
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining('has no scenario "fragment"\n  did you mean "fragments"?'),
  ]);
  const { stdout } = await runCli(['explain', 'hey-there', 'send-reply', '--param', 'reply=Yo\\n']);
  expect(stdout).toContain('it must be exactly 3 bytes: Yo\\n');
  expect((await runCli(['explain'])).stderr).toContain('no specification is named');
});
