import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { abandonedIn } from '../base/temporary-folder.ts';
import { removeTree } from './tree/remove-tree.ts';
import { inSlices } from './tree/steps.ts';

/**
 * Sees to what is left of graders that were killed together with everything that would have done so: ends the programs
 * whose temporary folder is in one of theirs, and removes those folders. Never those of another user; what can't be
 * removed stays.
 */
export async function sweep(): Promise<void> {
  for (const folder of await abandonedIn(os.tmpdir())) {
    try {
      if (lstatSync(folder).uid !== process.geteuid?.()) continue;
      endProgramsOf(folder);
      await inSlices(removeTree(folder));
    } catch {
      // Another grader is at it, or a program has left something in it that only root can remove.
    }
  }
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
