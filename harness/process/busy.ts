import { type ChildProcess, spawn } from 'node:child_process';
import os from 'node:os';

/** Programs that do nothing but use processor time, to see what grading is worth on a busy machine. */
export interface BusyLoops {
  readonly pids: readonly number[];
  /** Ends them, and returns once they are gone. */
  end(): Promise<void>;
}

/** Says that it has begun, and goes on until it is ended or its parent is gone, however that came about. */
const LOOP = `const parent = process.ppid;
require('node:fs').writeSync(1, 'busy');
while (process.ppid === parent);`;

const live = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of live) child.kill('SIGKILL');
});

/** Starts busy loops and returns once all of them run. @default twice as many as there are cores */
export async function keepBusy(loops = 2 * os.availableParallelism()): Promise<BusyLoops> {
  const children = Array.from({ length: loops }, () =>
    spawn(process.execPath, ['-e', LOOP], { stdio: ['ignore', 'pipe', 'ignore'] }),
  );
  const gone = children.map(
    (child) =>
      new Promise<void>((resolve) => {
        child.once('exit', () => {
          live.delete(child);
          resolve();
        });
      }),
  );
  for (const child of children) live.add(child);
  await Promise.all(
    children.map(
      (child) =>
        new Promise<void>((resolve, reject) => {
          child.once('error', reject);
          child.stdout.once('data', () => resolve());
        }),
    ),
  );
  return {
    pids: children.flatMap(({ pid }) => pid ?? []),
    async end() {
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(gone);
    },
  };
}
