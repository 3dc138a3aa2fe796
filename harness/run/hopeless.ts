import { bytesUnderWay, IDLE_MS, IdleWatch, type Kernel, monotonic } from '../kernel/index.ts';
import type { Connections } from './connections/index.ts';
import type { Listeners } from './listeners.ts';
import type { Programs } from './programs.ts';
import type { Recorder } from './recorder.ts';

interface Actors {
  readonly kernel: Kernel;
  readonly recorder: Recorder;
  readonly programs: Programs;
  readonly listeners: Listeners;
  readonly connections: Connections;
}

/**
 * A question that is answered with yes once waiting is provably in vain: all programs have slept on for a while in waits
 * that only an event from outside can end, nothing has come from them in that time, and nothing is on its way.
 */
export function hopeless({
  kernel,
  recorder,
  programs,
  listeners,
  connections,
}: Actors): () => Promise<boolean> {
  const watches = programs.refs().map((ref) => new IdleWatch(kernel, ref));
  return async () => {
    const answers = await Promise.all(watches.map((watch) => watch.observed()));
    if (answers.length === 0 || !answers.every(Boolean)) return false;
    if (monotonic() - recorder.lastArrival < IDLE_MS) return false;
    const threads = watches.flatMap((watch) => watch.threads);
    return !(await bytesUnderWay(kernel, {
      ports: new Set([...programs.ports(), ...listeners.ports()]),
      ...connections.ends(),
      threads,
    }));
  };
}
