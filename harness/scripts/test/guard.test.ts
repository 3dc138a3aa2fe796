import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { keepBusy } from '../../process/busy.ts';
import { ROOT } from '../../testing/cli.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'guard-'));
  writeFileSync(
    path.join(folder, 'some.test.js'),
    `const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
     describe('a group', () => {
       test('is done in time', () => wait(10));
       test('hangs', () => wait(1e6));
       test.concurrent('hangs beside others', () => wait(1e6));
     });`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the tests in the folder with a guard of so many milliseconds of fair time. */
async function runTests(guard: number): Promise<string> {
  const config = {
    rootDir: folder,
    testEnvironment: path.join(ROOT, 'harness/scripts/test/environment.mjs'),
    testEnvironmentOptions: { guard },
    reporters: ['default', [path.join(ROOT, 'harness/scripts/test/progress.mjs'), { every: 1_000 }]],
    transform: {},
    testTimeout: 3_600_000,
  };
  const jest = ['--experimental-vm-modules', path.join(ROOT, 'node_modules/jest/bin/jest.js')];
  const child = spawn(
    process.execPath,
    [...jest, '--config', JSON.stringify(config), '--runInBand', '--forceExit'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (text += bytes));
  await new Promise((resolve) => child.once('close', resolve));
  return text;
}

const ENDED = /The guard ended this after 1 s of fair time \((\d+) s by the clock\): .*some\.test\.js: (.*)/g;

test('a test that hangs is ended, which is said with its name and the time that it had; the output shows life', async () => {
  const text = await runTests(1_000);
  const ended = [...text.matchAll(ENDED)].map(([, , name]) => name);
  expect(ended.sort()).toEqual(['a group › hangs', 'a group › hangs beside others']);
  expect(text).toMatch(/… 0 of 1 suites, \d tests done; running .*some\.test\.js \d of 3 \(\d+ s\)/);
  expect(text).toMatch(/Tests: +2 failed, 1 passed, 3 total/);
});

test('it has more time where the machine is shared', async () => {
  const loops = await keepBusy(3 * os.availableParallelism());
  const text = await runTests(1_000);
  await loops.end();
  const [byClock = 0] = [...text.matchAll(ENDED)].map(([, seconds]) => Number(seconds));
  expect(byClock).toBeGreaterThanOrEqual(2);
});
