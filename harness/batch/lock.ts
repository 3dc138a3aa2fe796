import { readFileSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../base/user-error.ts';

/** Its name in the folder of the results. */
export const LOCK = '.lock';

/** Keeps two batches from writing to the same folder; a lock of a process that is gone does not count. */
export async function lock(out: string): Promise<{ release(): Promise<void> }> {
  const file = path.join(out, LOCK);
  for (let attempt = 0; ; attempt++) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(`${process.pid} ${startOf(process.pid)}\n`);
      await handle.close();
      return { release: () => rm(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [pid = 0, start = ''] = (await readFile(file, 'utf8').catch(() => '')).trim().split(' ');
    if (attempt > 0 || isRunning(Number(pid), start))
      throw new UserError({
        where: out,
        what: `another batch (process ${pid}) writes to this folder`,
        fix: `Wait for it, or choose another folder with --out. If there is none, remove ${file}.`,
      });
    await rm(file, { force: true });
  }
}

function isRunning(pid: number, start: string): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return start === startOf(pid);
}

/** When a process was started, so that another one with its number is not taken for it (proc_pid_stat(5)). */
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
