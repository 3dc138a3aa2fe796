import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { eventually } from '../testing/fair-time.ts';
import { keepBusy } from './busy.ts';

/** Milliseconds that a process has run, see proc_pid_schedstat; null when it is gone. */
function ranMs(pid: number): number | null {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[0]) / 1e6;
  } catch {
    return null;
  }
}

test('busy loops use processor time, and are gone once they were ended', async () => {
  const loops = await keepBusy(2);
  const before = loops.pids.map((pid) => ranMs(pid) ?? 0);
  expect(loops.pids).toHaveLength(2);
  await eventually(() => loops.pids.every((pid, n) => (ranMs(pid) ?? 0) > (before[n] ?? 0) + 30), 'they ran');
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
  await eventually(() => pids.every((pid) => ranMs(pid) === null), 'they are gone');
});
