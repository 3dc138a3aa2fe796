import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCli, unwrapped } from '../testing/cli.ts';
import { withSteps } from '../testing/spec-text.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'validate-'));
  writeFileSync(
    path.join(folder, 'right.grade.yaml'),
    withSteps('start: server', 'connect: a', 'expect: hi'),
  );
  writeFileSync(path.join(folder, 'a,b.grade.yaml'), withSteps('start: server', 'conect: a', 'expect: hi'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const validate = (...args: string[]) => runCli(['validate', ...args], { cwd: folder });

test('right files are named with what is in them', async () => {
  const { code, stdout, stderr } = await validate('right.grade.yaml', 'echo');
  expect(stdout).toMatch(
    /^right\.grade\.yaml: 1 scenario, 1 point\n.*echo\.grade\.yaml: 13 scenarios, 18 points\n$/,
  );
  expect([code, stderr]).toEqual([0, '']);
});

test('mistakes in all files are reported, and the status is 2', async () => {
  const { code, stdout } = await validate('a,b.grade.yaml', 'right.grade.yaml');
  expect(code).toBe(2);
  expect(stdout).toBe(
    [
      'a,b.grade.yaml:8:9: error: unknown step "conect"',
      '    8 |       - conect: a',
      '      |         ^^^^^^ did you mean "connect"?',
      'right.grade.yaml: 1 scenario, 1 point',
      '',
      '1 error, 0 warnings',
      '',
    ].join('\n'),
  );
});

test('GitHub gets annotations, and obeys nothing else', async () => {
  const { code, stdout } = await validate('--format', 'github', 'a,b.grade.yaml');
  expect(code).toBe(2);
  const [stop = '', ...rest] = stdout.split('\n');
  expect(stop).toMatch(/^::stop-commands::[0-9a-f-]{36}$/);
  const token = stop.split('::')[2];
  expect(rest[3]).toBe(`::${token}::`);
  expect(rest[4]).toBe(
    '::error file=a%2Cb.grade.yaml,line=8,col=9,endColumn=15::unknown step "conect": did you mean "connect"?',
  );
});

test.each([
  [[], /no file is named/],
  [['--formt', 'x', 'echo'], /unknown option --formt\n {2}did you mean "format"\?/],
  [['--format', 'gihub', 'echo'], /unknown format "gihub"\n {2}did you mean "github"\?/],
  [['nope.yaml'], /nope\.yaml: the specification can't be read: there is no such file/],
  [['eco'], /no specification "eco"\n.*did you mean "echo"\?/],
  [['.'], /it is a folder/],
  [['/dev/zero'], /^$/],
])('wrong usage: %j', async (args, message) => {
  const { code, stdout, stderr } = await validate(...args);
  expect(unwrapped(stderr)).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at /);
  if (args[0] === '/dev/zero') expect(stdout).toMatch(/^\/dev\/zero:1:1: error: the file is too large/);
  expect(code).toBe(2);
});
