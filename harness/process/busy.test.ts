import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { keepBusy } from './busy.ts';

/** Milliseconds that a process has run, see proc_pid_schedstat; null when it is gone. */
function ranMs(pid: number): number | null {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[0]) / 1e6;
  } catch {
    return null;
  }
}

async function seen(test: () => boolean): Promise<boolean> {
  const end = performance.now() + 20_000;
  while (performance.now() < end) {
    if (test()) return true;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return test();
}

test('busy loops use processor time, and are gone once they were ended', async () => {
  const loops = await keepBusy(2);
  const before = loops.pids.map((pid) => ranMs(pid) ?? 0);
  expect(loops.pids).toHaveLength(2);
  expect(await seen(() => loops.pids.every((pid, n) => (ranMs(pid) ?? 0) > (before[n] ?? 0) + 30))).toBe(
    true,
  );
  await loops.end();
  expect(loops.pids.map(ranMs)).toEqual([null, null]);
});

test('busy loops end by themselves when whoever started them was killed', async () => {
  const module = fileURLToPath(new URL('../../dist/process/busy.js', import.meta.url));
  const script = `import { keepBusy } from '${module}';
    console.log(JSON.stringify((await keepBusy(2)).pids));`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pids = await new Promise<number[]>((resolve) =>
    parent.stdout.once('data', (text) => resolve(JSON.parse(String(text)))),
  );
  expect(pids).toHaveLength(2);
  parent.kill('SIGKILL');
  expect(await seen(() => pids.every((pid) => ranMs(pid) === null))).toBe(true);
});
