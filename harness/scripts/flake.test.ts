import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../testing/fair-time.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'flake-test-'));
  const sample = (name: string) => path.join(folder, 'echo', name);
  cpSync(path.join(ROOT, 'fixtures/socket-basics/python-greeter'), sample('greeter'), { recursive: true });
  cpSync(path.join(ROOT, 'fixtures/echo/compile-error'), sample('wrong-table'), { recursive: true });
  const table = path.join(sample('wrong-table'), 'expected.yaml');
  writeFileSync(table, readFileSync(table, 'utf8').replace('listens: fail', 'listens: pass'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(path.join(ROOT, 'reports/flake/echo-wrong-table-idle-1.json'), { force: true });
});

function flake(...args: string[]) {
  const child = spawn(process.execPath, ['harness/scripts/flake.mjs', '--fixtures', folder, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (text += bytes));
  const ended = new Promise<{ code: number | null; text: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, text })),
  );
  return { child, ended };
}

test('right verdicts, idle and loaded, are counted and timed by scenario', async () => {
  const { code, text } = await flake('--only', 'greeter', '--rounds', '1').ended;
  expect(text).toMatch(/6 verdicts idle: 0 wrong, 0 inconclusive/);
  expect(text).toMatch(/6 verdicts loaded: 0 wrong, 0 inconclusive/);
  expect(text).toMatch(/socket-basics\/listens +1 +0 +0 +0 +\d+ ms +\d+ ms/);
  expect(code).toBe(0);
});

test('a verdict that is not as expected is named, and fails the gate', async () => {
  const { code, text } = await flake('--only', 'wrong-table', '--idle', '1', '--loaded', '0').ended;
  expect(text).toMatch(/WRONG echo\/wrong-table, idle round 1: listens: pass expected, got fail/);
  expect(text).toMatch(/1 wrong, 0 inconclusive/);
  expect(code).toBe(1);
});

test('a failure that is explained otherwise than before fails the gate', async () => {
  const sample = path.join(folder, 'echo', 'explained-otherwise');
  const table = path.join(ROOT, 'fixtures/echo/compile-error/expected.yaml');
  mkdirSync(sample);
  const [expected = ''] = readFileSync(table, 'utf8').split('    shows:');
  writeFileSync(path.join(sample, 'expected.yaml'), expected);
  const scenarios = expected.match(/: fail$/gm)?.length ?? 0;
  writeFileSync(
    path.join(sample, 'server.py'),
    `import os
with open("${path.join(folder, 'starts')}", "a") as starts: starts.write("x")
if os.path.getsize(starts.name) <= ${scenarios}: undefined_name
import no_such_module
`,
  );
  const { code, text } = await flake('--only', 'explained-otherwise', '--idle', '2', '--loaded', '0').ended;
  expect(text).toMatch(/WRONG echo\/explained-otherwise, idle round 2: \w+: ".*" before, now ".*"/);
  expect(code).toBe(1);
  rmSync(path.join(ROOT, 'reports/flake/echo-explained-otherwise-idle-2.json'), { force: true });
});

test('Ctrl-C ends the busy loops, leaves no files, and tells what was found so far', async () => {
  const { child, ended } = flake('--only', 'greeter', '--idle', '0', '--loaded', '99');
  const loops = () =>
    readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'latin1')
      .split(' ')
      .filter((pid) => pid !== '' && commandOf(pid).includes('process.ppid === parent'));
  await eventually(() => loops().length >= 2 * os.availableParallelism(), 'all busy loops run');
  const pids = loops();
  expect(pids).toHaveLength(2 * os.availableParallelism());
  child.kill('SIGINT');
  const { code, text } = await ended;
  expect(code).toBe(130);
  expect(text).toMatch(/\d+ verdicts loaded: 0 wrong/);
  const scratch = readdirSync(os.tmpdir()).filter((name) => name.startsWith(`socket-grader-${child.pid}-`));
  expect(scratch).toEqual([]);
  await eventually(() => pids.every((pid) => commandOf(pid) === ''), 'the busy loops are gone');
});

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}
