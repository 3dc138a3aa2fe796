import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { abandonedIn } from '../base/temporary-folder.ts';
import { removeTree } from './tree/remove-tree.ts';
import { inSlices } from './tree/steps.ts';

/**
 * Sees to what is left of graders that were killed together with everything that would have done so: ends the programs
 * whose temporary folder is in one of theirs, and removes those folders. Never those of another user; what can't be
 * removed stays. Returns how many there were.
 */
export async function sweep(): Promise<number> {
  const abandoned = await abandonedIn(os.tmpdir());
  for (const folder of abandoned) {
    try {
      if (lstatSync(folder).uid !== process.geteuid?.()) continue;
      endProgramsOf(folder);
      await inSlices(removeTree(folder));
    } catch {
      // Another grader is at it, or a program has left something in it that only root can remove.
    }
  }
  return abandoned.length;
}

/** How often, and after how many milliseconds, it is tried again. */
const TRIES = 10;
const BETWEEN_TRIES = 20;

/** The same soon after a grader was killed, which may be about to end. */
export async function sweepSoon(): Promise<void> {
  for (let left = TRIES; left > 0 && (await sweep()) === 0; left -= 1)
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES));
}

/** Linux only. Of processes of other users nothing can be read, and of a program that wiped its environment not this. */
function endProgramsOf(folder: string): void {
  if (process.platform !== 'linux') return;
  const sign = `\0TMPDIR=${folder}/`;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (`\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(sign))
        process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended, or is another user's.
    }
  }
}
