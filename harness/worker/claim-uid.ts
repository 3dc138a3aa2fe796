import { randomInt } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { startOf } from '../base/process-name.ts';
import { UIDS, uidOf } from '../sandbox/uid.ts';
import { WorkerError } from './worker-error.ts';

/** Only root may write there. */
const CLAIMS = '/run/socket-grader';

/** A user that nobody else grades with at the same time. */
export interface Claim {
  readonly uid: number;
  release(): void;
}

/**
 * Takes a user for this process, any that is free: ended processes of the last one may count against its limit still,
 * where nobody waits for them. A claim of a process that is gone counts nothing.
 */
export function claimUid(): Claim {
  mkdirSync(CLAIMS, { recursive: true, mode: 0o755 });
  const own = `${process.pid} ${startOf(process.pid)}`;
  const first = randomInt(UIDS);
  for (let step = 0; step < UIDS; step += 1) {
    const uid = uidOf(first + step);
    const file = path.join(CLAIMS, String(uid));
    if (!take(file, own)) continue;
    return { uid, release: () => rmSync(file, { force: true }) };
  }
  throw new WorkerError(
    'no user is free to run programs as: too many submissions are graded at the same time',
  );
}

function take(file: string, own: string): boolean {
  try {
    const descriptor = openSync(file, 'wx', 0o600);
    writeSync(descriptor, own);
    closeSync(descriptor);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (!isStale(file)) return false;
  // Of several that find it stale only one can move it away, and it sees whether it moved what it had looked at.
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (!isStale(aside)) return false;
    rmSync(aside);
    return take(file, own);
  } catch {
    return false;
  }
}

/** Whether the process that made a claim is gone; one that is just being written counts as alive. */
function isStale(file: string): boolean {
  try {
    const [pid, start] = readFileSync(file, 'utf8').split(' ');
    return start !== undefined && startOf(Number(pid)) !== start;
  } catch {
    return false;
  }
}
