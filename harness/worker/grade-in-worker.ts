import { SubmissionError, UserError } from '../base/user-error.ts';
import type { Progress } from '../grading/grade.ts';
import { anySeed } from '../grading/seed.ts';
import type { Planned, Report, Verdict } from '../model/index.ts';
import { type Job, Known, type Level, type ReportHead, type Wants, type WorkerEvent } from './protocol.ts';
import { startWorker, type WaitingWorker } from './spawn-worker.ts';
import { WorkerError } from './worker-error.ts';

export type { Job };
export { WorkerError };

/** How a submission is kept apart, and what ends its grading early. */
export interface WorkerOptions {
  readonly level: Level;
  /** Which of those that are graded at the same time; each has a user of its own at level `uid`. @default 0 */
  readonly slot?: number;
  readonly signal?: AbortSignal;
  /** A worker that was started before, to be used for this. @default one is started now */
  readonly worker?: ExpectedWorker;
  /** What the specification comes to with the job's params, env and seed. @default it is read */
  readonly assignment?: Planned;
  /** @default neither */
  readonly wants?: Wants;
}

/** A worker that was started for a job, and what the job's specification comes to. */
export interface ExpectedWorker {
  readonly waiting: WaitingWorker;
  readonly seed: string;
  readonly reading: Promise<Planned>;
}

/** Starts a worker before it is certain that it will be used: that takes longer than finding it out. */
export function expectJob(level: Level, job: Job): ExpectedWorker {
  const waiting = start(level, 0, job);
  const seed = job.seed ?? anySeed();
  // Others that were just started have their turn first; who asks for the result hears of what is wrong.
  const reading = new Promise((resolve) => setImmediate(resolve)).then(() => read(job, seed));
  reading.catch(() => {});
  return { waiting, seed, reading };
}

function start(level: Level, slot: number, { submission, spec, expose = [] }: Job): WaitingWorker {
  return startWorker({ level, slot, needed: [submission, spec, ...expose], visible: expose });
}

/** Loaded while the worker starts, and not before. */
let reader: Promise<typeof import('../grading/load-assignment.ts')> | undefined;

async function read({ spec, params = {}, env, only }: Job, seed: string): Promise<Planned> {
  reader ??= import('../grading/load-assignment.ts');
  return (await reader).loadAssignment(spec, params, seed, env, undefined, only);
}

/** The job with a seed and without what only reading the specification needs, and what that came to. */
async function planned(job: Job, { worker, assignment }: WorkerOptions) {
  const { env: _, ...rest } = job;
  const seed = worker?.seed ?? job.seed ?? anySeed();
  return { job: { ...rest, seed }, assignment: assignment ?? (await (worker?.reading ?? read(job, seed))) };
}

/**
 * Grades one submission in a process of its own, isolated as asked for. Throws a UserError as `grade` does, and a
 * WorkerError when the process died or talked nonsense.
 */
export async function gradeInWorker(
  asked: Job,
  options: WorkerOptions,
  onProgress: (progress: Progress) => void = () => {},
): Promise<Report> {
  const { level, slot = 0, wants = {}, signal } = options;
  const verdicts = new Map<string, Verdict>();
  const waiting = options.worker?.waiting ?? start(level, slot, asked);
  const { job, assignment } = await planned(asked, options).catch(async (error: unknown) => {
    await waiting.dismiss();
    throw error;
  });
  const worker = waiting.order(job, assignment, wants, signal);
  const report = (head: ReportHead, order: readonly string[]): Report => ({
    ...head,
    scenarios: order.map((id) => verdicts.get(id)).filter((verdict) => verdict !== undefined),
  });
  const known = new Known(assignment);
  let result: Report | undefined;
  try {
    for await (const event of worker.events()) {
      if (event.type === 'finished') {
        known.add(event.verdict);
        verdicts.set(event.verdict.id, event.verdict);
        onProgress({ ...event, report: report(event.head, [...verdicts.keys()]) });
      } else if (event.type === 'done') result = report(event.head, event.order);
      else if (event.type === 'recorded')
        onProgress({ ...event, recording: known.unpacked(event.recording) });
      else if (isProgress(event)) onProgress(event);
      else throw failure(event);
    }
  } finally {
    await worker.end();
  }
  if (result === undefined) throw new WorkerError(`the worker ended without a result${worker.lastOutput()}`);
  return result;
}

const PASSED_ON = ['planned', 'built', 'started'];

function isProgress(event: WorkerEvent): event is Extract<WorkerEvent, Progress> {
  return PASSED_ON.includes(event.type);
}

function failure(event: Exclude<WorkerEvent, { head: unknown } | { recording: unknown } | Progress>): Error {
  if (event.type === 'refused')
    return event.by === 'submission' ? new SubmissionError(event) : new UserError(event);
  if (event.type === 'broken') return new WorkerError(event.message);
  return new WorkerError(
    `the worker sent a message that is not understood: ${JSON.stringify(event).slice(0, 200)}`,
  );
}
