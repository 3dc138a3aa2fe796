import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const bench = async (...args: string[]) =>
  (
    await promisify(execFile)(process.execPath, ['harness/scripts/bench.mjs', '--rounds', '1', ...args], {
      cwd: ROOT,
    })
  ).stdout;

test('start-up is reported as a ratio to bare node', async () => {
  const text = await bench('--only', 'startup');
  expect(text).toMatch(/--help +\d+ ms +\d\.\d\d x/);
  expect(text).toMatch(/validate, 50 scenarios +\d+ ms +\d+\.\d\d x/);
  expect(text).toMatch(/validate takes -?[\d.]+ ms more than --help/);
  expect(text).toMatch(/node, an empty file +\d+ ms +1\.00 x/);
});

test('each question to the kernel has its price', async () => {
  const text = await bench('--only', 'observations');
  for (const question of ['table of TCP sockets', 'who waits on a connection', 'processor figures'])
    expect(text).toMatch(new RegExp(`${question} +[\\d.]+ ms +[\\d.]+ ms`));
});

test('the bare twin and the nc script say the same of a right server', async () => {
  const server = ['/usr/bin/python3', 'fixtures/echo/python-threaded/server.py', '{port}'];
  await promisify(execFile)(process.execPath, ['harness/scripts/bench/bare.mjs', 'echo', ...server], {
    cwd: ROOT,
  });
  const { stdout } = await promisify(execFile)('harness/scripts/bench/nc.sh', ['echo', ...server], {
    cwd: ROOT,
  });
  expect(stdout).toBe('');
});

test('the limit makes the checks that it is measured for', async () => {
  const limit = (server: string) =>
    promisify(execFile)(
      process.execPath,
      ['harness/scripts/bench/limit.mjs', '/usr/bin/python3', `fixtures/echo/${server}/server.py`, '{port}'],
      { cwd: ROOT },
    );
  await limit('python-solution');
  await expect(limit('no-reuseaddr')).rejects.toMatchObject({ code: 1, stderr: 'it ended\n' });
});
