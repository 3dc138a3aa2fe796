import { readFileSync } from 'node:fs';
import { UserError } from '../base/user-error.ts';

/** Descriptors that the grader has for itself, and that each of the runs at the same time may need besides. */
const OWN = 256;
const OF_A_RUN = 32;
/** Runs at a time where nothing else is said, on small machines. */
const USUAL_RUNS = 6;

/**
 * Refuses to grade with fewer open files than that takes, see RLIMIT_NOFILE in getrlimit(2): a descriptor that is missing
 * in the middle could look like a student's fault. Where the limit can't be read, nothing is refused.
 */
export function checkOpenFiles(runs = USUAL_RUNS): void {
  const needed = OWN + OF_A_RUN * runs;
  const most = openFiles();
  if (most >= needed) return;
  throw new UserError({
    where: 'open files',
    what: `this process may have ${most}, and grading needs ${needed}`,
    fix: `Raise the limit first: ulimit -n ${needed}`,
  });
}

/** Node raises its limit as far as it may when it starts. */
function openFiles(): number {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EMFILE' ? 0 : Number.POSITIVE_INFINITY;
  }
}
