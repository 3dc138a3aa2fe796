import { setTimeout } from 'node:timers/promises';
import type { Child } from './launch.ts';

/** Longest time to wait until killed processes are gone, in milliseconds; the kernel needs time on a busy machine. */
const PATIENCE = 5_000;

/**
 * Ends a program and everything that it started, and returns once all of it is gone. `survivors`
 * finds what left the process group; it may be asked several times.
 */
export async function endProgram(
  child: Child,
  survivors: () => Promise<readonly number[]>,
): Promise<boolean> {
  child.signal('SIGKILL');
  await Promise.race([child.collapse(), setTimeout(PATIENCE, undefined, { ref: false })]);
  const deadline = Date.now() + PATIENCE;
  const giveUp = new AbortController();
  await Promise.race([
    child.exited,
    setTimeout(PATIENCE, undefined, { signal: giveUp.signal }).catch(() => {}),
  ]);
  giveUp.abort();
  let left = await survivors();
  while (left.length > 0 && Date.now() < deadline) {
    for (const pid of left) kill(pid);
    await setTimeout(2);
    left = await survivors();
  }
  child.release();
  return left.length === 0 && child.exit !== undefined;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
