import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCli, unwrapped } from '../testing/cli.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'init-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('without a terminal nothing is asked: it writes an assignment that validates, passes and fails', async () => {
  const init = await runCli(['init', 'lab', '--title', 'Lab 2: Greeter'], { cwd: folder });
  expect([init.code, init.stderr]).toEqual([0, '']);
  const lab = path.join(folder, 'lab');
  expect(init.stdout).toMatch(
    /What comes next:\n {2}cd lab\n {2}socket-grader try lab-2-greeter\.grade\.yaml/,
  );
  for (const name of ['README.md', 'solution/server.py', 'assignment.schema.json', '.vscode/settings.json'])
    expect([name, existsSync(path.join(lab, name))]).toEqual([name, true]);
  const text = readFileSync(path.join(lab, 'lab-2-greeter.grade.yaml'), 'utf8');
  expect(text).toMatch(/^# yaml-language-server: \$schema=\.\/assignment\.schema\.json\n/);
  const run = (submission: string) =>
    runCli(['run', submission, '--spec', 'lab-2-greeter.grade.yaml', '--isolation', 'none'], { cwd: lab });
  expect((await runCli(['validate', 'lab-2-greeter.grade.yaml'], { cwd: lab })).stdout).toBe(
    'lab-2-greeter.grade.yaml: 6 scenarios, 10 points\n',
  );
  expect((await run('solution')).code).toBe(0);
  expect((await run('wrong/first-request-only')).code).toBe(1);

  const again = await runCli(['init', 'lab', '--title', 'Lab 2: Greeter'], { cwd: folder });
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('already')]);
});

test.each([
  [['--role', 'sever'], 'can\'t be "sever"'],
  [['--scenario', 'fragment'], 'did you mean "fragments"?'],
  [['--scenario', 'no-server'], 'is not for a TCP server'],
  [['--transport', 'udp', '--scenario', 'fragments'], 'a datagram comes whole or not at all'],
  [['a', 'b'], 'one folder at a time'],
  [['--titel', 'x'], 'did you mean "title"?'],
])('init %j says what is wrong, and writes nothing', async (args, message) => {
  const { code, stderr } = await runCli(['init', ...args], { cwd: folder });
  expect([code, unwrapped(stderr)]).toEqual([2, expect.stringContaining(message)]);
  expect(existsSync(path.join(folder, 'README.md'))).toBe(false);
});
