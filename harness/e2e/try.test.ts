import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCli } from '../testing/cli.ts';

let folder: string;
let right: string;
const write = (name: string, text: string) => {
  mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
};
const attempt = (...args: string[]) =>
  runCli(['try', 'greeter.grade.yaml', '--isolation', 'none', ...args], { cwd: folder });

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'try-'));
  expect((await runCli(['init'], { cwd: folder })).code).toBe(0);
  right = readFileSync(path.join(folder, 'solution/server.py'), 'utf8');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the programs that init writes are told apart, and what catches nothing is named', async () => {
  const { stdout, code } = await attempt('--solution', 'solution', '--wrong', 'wrong', '--rounds', '2');
  expect(stdout).toMatch(/ {2}right {2}solution {17}✓ ✓ ✓ ✓ ✓ ✓ {2}passes\n/);
  expect(stdout).toMatch(/wrong {2}wrong\/no-reuse-address +✓ ✗ ✓ ✓ ✓ ✓ {2}caught\n/);
  expect(stdout).toMatch(/wrong {2}wrong\/first-request-only ✓ ✓ ✗ ✓ ✓ ✓ {2}caught\n/);
  expect(stdout).toContain('SO_REUSEADDR was not set');
  expect(stdout).toMatch(/Catches none of these: listens, blocking-recv, fragments,\s+next-client\./);
  expect(stdout).toContain('1 of 1 right program passes · 2 of 2 wrong ones caught');
  expect(code).toBe(0);
});

test('a wrong one that passes, a right one that fails, one that does not build and one without a file are reported', async () => {
  write('copy/server.py', right);
  write('broken/server.c', 'int main(');
  write('empty/notes.txt', 'nothing');
  const { stdout, code } = await attempt(
    ...[
      '--solution',
      'solution',
      'wrong/no-reuse-address',
      '--wrong',
      'copy',
      'broken',
      'empty',
      '--rounds',
      '1',
    ],
  );
  expect(stdout).toMatch(/right {2}wrong\/no-reuse-address .*fails, although it is right/);
  expect(stdout).toMatch(/wrong {2}copy .*passes, although it is wrong/);
  expect(stdout).toContain('copy: no scenario fails it.');
  expect(stdout).toMatch(/wrong {2}broken .*could not be built/);
  expect(stdout).toMatch(/wrong {2}empty .*no file of the program "server" is there/);
  expect(code).toBe(1);
});

test('one that fails every other time differs from round to round', async () => {
  const turn = path.join(folder, 'turn');
  const odd = `import os, sys
try:
    os.remove(${JSON.stringify(turn)})
    sys.exit(1)
except FileNotFoundError:
    open(${JSON.stringify(turn)}, "w").close()
${right}`;
  write('odd/server.py', odd);
  const { stdout, code } = await attempt(
    '--solution',
    'odd',
    '--only',
    'listens',
    '--rounds',
    '4',
    '--jobs',
    '1',
  );
  expect(stdout).toMatch(/right {2}odd ~ {2}differs from round to round/);
  expect(stdout).toMatch(/listens \(\w+, \w+, \w+, \w+\): The program exited with status 1/);
  expect(code).toBe(1);
});

test('one that hangs costs no more than its longest wait a round, and the others are reported before it', async () => {
  write(
    'hangs/server.py',
    right.replace('for line in lines:', 'import time; time.sleep(600)\n            for line in lines:'),
  );
  const began = performance.now();
  const { stdout, code } = await attempt(
    ...['--wrong', 'hangs', '--solution', 'solution', '--rounds', '1', '--jobs', '2'],
  );
  expect(stdout.indexOf('right  solution')).toBeLessThan(stdout.indexOf('wrong  hangs'));
  expect(stdout).toMatch(/wrong {2}hangs .*caught/);
  expect(code).toBe(0);
  // Four seconds of `within`, and what starting takes on a crowded machine; the program sleeps for 600.
  expect(performance.now() - began).toBeLessThan(120_000);
});

test.each([
  [['greeter.grade.yaml'], 'no program is named'],
  [['greeter.grade.yaml', '--wrong', 'nowhere'], 'there is no nowhere'],
  [['greeter.grade.yaml', '--wrong', 'wrong', '--rounds', '0'], "--rounds: can't be"],
  [[], 'no specification is named'],
])('try %j says what is wrong', async (args, message) => {
  const { code, stderr } = await runCli(['try', ...args], { cwd: folder });
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});
