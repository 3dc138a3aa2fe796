import { createHash } from 'node:crypto';
import { mkdtemp, readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isRunning, self } from './process-name.ts';

/** A name says whose folder it is: the number of a process, when that began, and on which machine. */
const NAME = /^socket-grader-(\d+)-(\d+)-([0-9a-f]{8})-/;

/**
 * Makes a folder for this process, which only this user can look into. It is for whoever made it to remove; where that
 * is killed, `abandonedIn` finds it.
 * @default in the system's folder for temporary files
 */
export function temporaryFolder(within: string = os.tmpdir()): Promise<string> {
  const { pid, start, machine } = self();
  return mkdtemp(path.join(within, `socket-grader-${pid}-${start || 0}-${shortened(machine)}-`));
}

/** Folders of processes of this machine that are gone. */
export async function abandonedIn(within: string): Promise<readonly string[]> {
  const { host, machine } = self();
  const names = await readdir(within).catch(() => []);
  return names
    .filter((name) => {
      const [, pid, start = '', of] = NAME.exec(name) ?? [];
      if (pid === undefined || of !== shortened(machine)) return false;
      const owner = { host, machine, pid: Number(pid), start };
      return !isRunning(owner);
    })
    .map((name) => path.join(within, name));
}

function shortened(machine: string): string {
  return createHash('sha256').update(machine).digest('hex').slice(0, 8);
}
