import { plainLine } from '../base/plain.ts';
import { isWeaker } from '../batch/isolation-level.ts';
import type { QueueState } from '../batch/progress.ts';

/** Why nothing is graded, for a person; undefined where there is a worker that can. */
export function describeWait({ workers, level, version }: QueueState, shown: string): string | undefined {
  if (workers.length === 0)
    return `No worker serves the queue. Start one on each machine: socket-grader worker --queue ${shown}`;
  const others = workers.filter((worker) => worker.version !== version);
  const weak = workers.filter((worker) => worker.version === version && isWeaker(worker.level, level));
  if (others.length + weak.length < workers.length) return undefined;
  const reasons = [
    ...(others.length === 0
      ? []
      : [
          `${are(others.length)} of version ${listed(others.map((one) => one.version))} (this batch needs ${version})`,
        ]),
    ...(weak.length === 0
      ? []
      : [
          `${weak.length === 1 ? '1 keeps' : `${weak.length} keep`} programs apart at level ${listed(weak.map((one) => one.level))} only (this batch asks for ${level}; see --isolation)`,
        ]),
  ];
  return `None of the ${workers.length === 1 ? 'workers (1)' : `${workers.length} workers`} can take this batch: ${reasons.join('; ')}.`;
}

function are(count: number): string {
  return count === 1 ? '1 is' : `${count} are`;
}

function listed(values: readonly string[]): string {
  return [...new Set(values.map((value) => plainLine(value, 40)))].join(', ');
}
