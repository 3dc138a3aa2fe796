import type { Progress } from './grade.ts';
import type { Report, Verdict } from './model.ts';
import { SpecError } from './spec-error.ts';
import { UserError } from './user-error.ts';
import type { Job, Level, ReportHead, WorkerEvent } from './worker/protocol.ts';
import { startWorker, type WaitingWorker } from './worker/spawn-worker.ts';
import { WorkerError } from './worker/worker-error.ts';

export type { Job, WaitingWorker };
export { WorkerError };

/** How a submission is kept apart, and what ends its grading early. */
export interface WorkerOptions {
  readonly level: Level;
  /** Which of those that are graded at the same time; each has a user of its own at level `uid`. @default 0 */
  readonly slot?: number;
  readonly signal?: AbortSignal;
  /** A worker that was started before, to be used for this. @default one is started now */
  readonly worker?: WaitingWorker;
}

/** Starts a worker before it is certain that it will be used: that takes longer than finding it out. */
export function expectJob(level: Level, job: Job): WaitingWorker {
  const { submission, spec, expose = [] } = job;
  return startWorker({ level, slot: 0, needed: [submission, spec, ...expose] });
}

/**
 * Grades one submission in a process of its own, isolated as told. Throws a UserError as `grade` does, and a
 * WorkerError when the process died or talked nonsense.
 */
export async function gradeInWorker(
  job: Job,
  { level, slot = 0, signal, worker: waiting }: WorkerOptions,
  onProgress: (progress: Progress) => void = () => {},
): Promise<Report> {
  const verdicts = new Map<string, Verdict>();
  const { submission, spec, expose = [] } = job;
  const started = waiting ?? startWorker({ level, slot, needed: [submission, spec, ...expose] });
  const worker = started.order(job, signal);
  const report = (head: ReportHead, order: readonly string[]): Report => ({
    ...head,
    scenarios: order.map((id) => verdicts.get(id)).filter((verdict) => verdict !== undefined),
  });
  let result: Report | undefined;
  try {
    for await (const event of worker.events()) {
      if (event.type === 'finished') {
        verdicts.set(event.verdict.id, event.verdict);
        onProgress({ ...event, report: report(event.head, [...verdicts.keys()]) });
      } else if (event.type === 'done') result = report(event.head, event.order);
      else if (isProgress(event)) onProgress(event);
      else throw failure(event);
    }
  } finally {
    await worker.end();
  }
  if (result === undefined) throw new WorkerError(`the worker ended without a result${worker.lastWords()}`);
  return result;
}

const PASSED_ON = ['planned', 'built', 'started', 'recorded'];

function isProgress(event: WorkerEvent): event is Extract<WorkerEvent, Progress> {
  return PASSED_ON.includes(event.type);
}

function failure(event: Exclude<WorkerEvent, { head: unknown } | Progress>): Error {
  if (event.type === 'spec') return new SpecError(event.file, event.rendered, event.count);
  if (event.type === 'refused') return new UserError(event);
  if (event.type === 'broken') return new WorkerError(event.message);
  return new WorkerError(`the worker said what nobody understands: ${JSON.stringify(event).slice(0, 200)}`);
}
