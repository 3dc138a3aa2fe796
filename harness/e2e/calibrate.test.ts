import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ROOT, runCli, unwrapped } from '../testing/cli.ts';

const ECHO = path.join(ROOT, 'fixtures/echo');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'calibrate-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function spec(name: string, steps: string): string {
  const file = path.join(folder, `${name}.grade.yaml`);
  writeFileSync(
    file,
    `version: 1
title: ${name}
programs:
  server: { port: auto }
scenarios:
  - id: ${name}
    title: What it is about
    points: 1
    steps:
      - start: server
${steps}`,
  );
  return file;
}

async function calibrate(file: string, solution: string, ...more: string[]) {
  const out = path.join(folder, 'out');
  const rounds = more.includes('--rounds') ? [] : ['--rounds', '0'];
  const args = ['calibrate', file, '--solution', solution, ...rounds, '--out', out, ...more];
  const { code, stdout, stderr } = await runCli(args);
  const json = () => JSON.parse(readFileSync(path.join(out, 'calibration.json'), 'utf8'));
  return { code, stdout, stderr, json, page: () => readFileSync(path.join(out, 'calibration.html'), 'utf8') };
}

test('a right solution, a mutant that is caught and one that may survive', async () => {
  const only = ['--only', 'no-reuseaddr', '--only', 'send-for-sendall'];
  const file = path.join(folder, 'small.grade.yaml');
  writeFileSync(
    file,
    `title: Small
programs: { server: {} }
include: [listens, reuse-address]
`,
  );
  const { code, stdout, json, page } = await calibrate(
    file,
    path.join(ECHO, 'python-solution'),
    ...only,
    ...['--rounds', '1'],
  );
  expect(stdout).toMatch(/✓ b reuse-address +\d+\/\d+ ms +\d+\/\d+ ms/);
  expect(stdout).toContain('✓ no-reuseaddr                  · x');
  expect(stdout).toMatch(/send-for-sendall\n.*It may: send\(\) on a\n/s);
  expect(stdout).toContain('the reference never flickered · 1 of 1 mutants caught · 1 may survive');
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(page()).toContain('<summary>no-reuseaddr</summary>');
  expect(page()).not.toMatch(/<script|https?:\/\//);
  expect(json().mutants[0]).toMatchObject({ outcome: 'caught', by: [{ scenario: 'reuse-address' }] });
  expect(code).toBe(0);
});

test('a mutant that nobody catches fails the specification, unless it is allowed with a reason', async () => {
  const file = spec('weak', '      - check: { port: server, is: listening }\n');
  const mutant = ['--only', 'upper-case'];
  const first = await calibrate(file, path.join(ECHO, 'python-solution'), ...mutant);
  expect(first.stdout).toMatch(/✗ upper-case\n.*Graded 3 times, no scenario\s+catches it/s);
  expect(first.stdout).toContain('+         conn.sendall((data).upper())');
  expect(first.stdout).toContain('Catches nothing: weak.');
  expect(first.code).toBe(1);
  const allowed = [...mutant, '--allow', 'upper-case=case does not matter'];
  const second = await calibrate(file, path.join(ECHO, 'python-solution'), ...allowed);
  expect(second.stdout).toContain('It may: case does not matter.');
  expect(second.code).toBe(0);
});

test('the solution is kept apart as submissions are, so that hidden scenarios run', async () => {
  const file = spec('kept', '      - check: { port: server, is: listening }\n');
  writeFileSync(file, readFileSync(file, 'utf8').replace('points: 1', 'points: 1\n    visibility: hidden'));
  const solution = path.join(ECHO, 'python-solution');
  const isolated = await calibrate(file, solution, '--only', 'upper-case', '--allow', 'upper-case=fine');
  expect(isolated.json().reference[0]).toMatchObject({ status: 'pass' });
  const unsafe = await calibrate(
    file,
    solution,
    ...['--only', 'upper-case', '--allow', 'upper-case=fine', '--isolation', 'none', '--unsafe'],
  );
  expect(unsafe.json().reference[0]).toMatchObject({ status: 'pass' });
});

test('without a mutant nothing is proven, and why there is none is reported', async () => {
  const file = spec('listens', '      - check: { port: server, is: listening }\n');
  const solution = path.join(folder, 'in-perl');
  mkdirSync(solution);
  writeFileSync(
    path.join(solution, 'server.pl'),
    'use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => $ARGV[0], Listen => 5) or die; sleep;',
  );
  const run = ['--run', 'perl server.pl {port}'];
  const unknown = await calibrate(file, solution, ...run);
  expect(unknown.stdout).toContain('the reference never flickered · no mutants were tried');
  expect(unknown.stdout).toMatch(/No mutants were made: there is no source in a language that is/);
  expect(unknown.page()).toContain('No mutants were made: there is no source in a language');
  expect(unknown.code).toBe(3);
  writeFileSync(path.join(solution, 'tool.py'), 'print(1)\n');
  const nowhere = await calibrate(file, solution, ...run);
  expect(nowhere.stdout).toMatch(/No mutants were made: no place was found for any change/);
  expect(nowhere.stdout).toMatch(/Not tried: no-reuseaddr, .*\(no place found\)/s);
  expect(nowhere.code).toBe(3);
  const only = await calibrate(file, solution, ...run, '--only', 'upper-case');
  expect(unwrapped(only.stderr)).toMatch(/"upper-case" can't be made of this solution: no place found/);
  expect(only.code).toBe(2);
});

test('own wrong solutions are mutants too', async () => {
  const own = path.join(folder, 'own');
  mkdirSync(own);
  cpSync(path.join(ECHO, 'recv-once'), path.join(own, 'answers-once'), { recursive: true });
  const file = spec(
    'twice',
    `      - connect: a
      - send: { line: one }
      - expect: { equals: { line: one } }
      - send: { line: two }
      - expect: { equals: { line: two } }
`,
  );
  const args = ['--mutants', own, '--only', 'answers-once'];
  const { code, stdout } = await calibrate(file, path.join(ECHO, 'python-solution'), ...args);
  expect(stdout).toMatch(/✓ answers-once +x\n/);
  expect(code).toBe(0);
});

test('mutants of other styles run, and are caught by what a client gets', async () => {
  const file = spec(
    'bytes',
    '      - connect: a\n      - send: { line: hello }\n      - half_close: a\n      - expect: { read: close, equals: { line: hello } }\n',
  );
  const styles = {
    'server.mjs': `import { createServer } from 'node:net';
createServer((s) => s.pipe(s)).listen(process.argv[2]);
`,
    'Server.java': `import java.net.*;
public class Server {
  public static void main(String[] args) throws Exception {
    try (ServerSocket server = new ServerSocket(Integer.parseInt(args[0]))) {
      while (true)
        try (Socket s = server.accept()) { s.getInputStream().transferTo(s.getOutputStream()); }
    }
  }
}
`,
  };
  for (const [name, source] of Object.entries(styles)) {
    const solution = path.join(folder, name);
    writeFileSync(solution, source);
    const only = ['--only', 'extra-nul,sends-twice,no-reply'];
    const { code, stdout } = await calibrate(file, solution, ...only);
    expect(stdout).toContain('the reference never flickered · 3 of 3 mutants caught');
    expect(code).toBe(0);
  }
});

test('a solution that flickers is reported with round and step', async () => {
  const solution = path.join(folder, 'flickers');
  mkdirSync(solution);
  const source = readFileSync(path.join(ECHO, 'python-solution/server.py'), 'utf8');
  const starts = JSON.stringify(path.join(folder, 'starts'));
  // Every second start it answers in upper case.
  writeFileSync(
    path.join(solution, 'server.py'),
    source
      .replace('import socket', `import os, socket\nopen(${starts}, "a").write("x")`)
      .replace('sendall(data)', `sendall(data.upper() if os.path.getsize(${starts}) % 2 == 0 else data)`),
  );
  const file = spec(
    'reply',
    '      - connect: a\n      - send: { line: hello }\n      - expect: { equals: { line: hello } }\n',
  );
  const { code, stdout, json } = await calibrate(
    file,
    solution,
    ...['--only', 'one-shot', '--isolation', 'none', '--rounds', '1'],
  );
  expect(stdout).toMatch(/✗ reply, round 1 under load: fail, at step 4, expect, line 13\./);
  expect(json().flickers).toMatchObject([{ scenario: 'reply', round: 1, loaded: true, status: 'fail' }]);
  expect(code).toBe(1);
});

test('wrong usage is reported before anything runs', async () => {
  const solution = path.join(ECHO, 'python-solution');
  for (const [args, message] of [
    [['echo'], /no reference solution is named/],
    [['--solution', solution], /no specification is named/],
    [['nonsense', '--solution', solution], /calibrate: no specification "nonsense"/],
    [['echo', '--solution', solution, '--rounds', '1001'], /--rounds can't be "1001"/],
    [['echo', '--solution', solution, '--allow', 'cuts'], /--allow cuts gives no reason/],
    [['echo', '--solution', solution, '--frobnicate'], /unknown option --frobnicate/],
    [['echo', '--solution', path.join(folder, 'nowhere')], /nowhere: there is no such solution/],
    [['echo', '--solution', solution, '--mutants', path.join(folder, 'nowhere')], /there is no such folder/],
    [
      ['echo', '--solution', solution, '--only', 'one-shto'],
      /no mutant is called "one-shto"\n {2}did you mean "one-shot"/,
    ],
  ] as const) {
    const { code, stdout, stderr } = await runCli(['calibrate', ...args]);
    expect(unwrapped(stderr)).toMatch(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  }
  const help = await runCli(['calibrate', '--help']);
  expect(help.stdout).toContain('Usage: socket-grader calibrate SPEC --solution PATH');
  for (const line of help.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});
