import PQueue from 'p-queue';
import { mergeTries } from './again.ts';
import { type Grading, gradeOne } from './grade-one.ts';
import type { Journal } from './journal.ts';
import type { Lateness } from './late.ts';
import { type Result, resultOf } from './result.ts';
import { loadReport, renderReport, saveReport } from './student-files.ts';
import type { Submission } from './types.ts';

export interface GradeAll extends Grading {
  readonly jobs: number;
  readonly journal: Journal;
  readonly keys: { readonly [id: string]: string };
  readonly lateness: { readonly [id: string]: Lateness };
  readonly drain: AbortSignal;
  /** Unplaced when a submission is begun, and when it is done. */
  readonly started: (submission: Submission) => void;
  readonly finished: (submission: Submission, result: Result) => void;
  /** Unplaced before those that were inconclusive are tried again. */
  readonly again: (count: number) => void;
}

/** Grades submissions, some at a time; then those that could not be judged once more, each with nothing beside it. */
export async function gradeAll(submissions: readonly Submission[], all: GradeAll): Promise<void> {
  const graded = (id: string) => {
    const result = all.journal.results.get(id);
    return result !== undefined && result.key === all.keys[id] ? result : undefined;
  };
  const waiting = submissions.filter(({ id }) => graded(id) === undefined);
  await runPool(waiting, all.jobs, all, (submission, slot) => gradeFirst(submission, slot, all));
  const open = submissions.filter(({ id }) => {
    const result = graded(id);
    return result?.open !== undefined && !result.again;
  });
  if (open.length === 0 || all.drain.aborted) return;
  all.again(open.length);
  await runPool(open, 1, all, (submission) => gradeAgain(submission, all));
}

/** At most `jobs` at a time, each with a slot of its own; none is begun once it is to be drained. */
async function runPool(
  submissions: readonly Submission[],
  jobs: number,
  { drain, started }: GradeAll,
  work: (submission: Submission, slot: number) => Promise<void>,
): Promise<void> {
  const queue = new PQueue({ concurrency: jobs });
  const slots = Array.from({ length: jobs }, (_, slot) => slot);
  const stop = () => queue.clear();
  drain.addEventListener('abort', stop, { once: true });
  try {
    const tasks = submissions.map((submission) => async () => {
      if (drain.aborted) return;
      const slot = slots.shift() ?? 0;
      try {
        started(submission);
        await work(submission, slot);
      } finally {
        slots.push(slot);
      }
    });
    let failed: { error: unknown } | undefined;
    for (const task of tasks)
      void queue.add(task).catch((error: unknown) => {
        failed ??= { error };
        queue.clear();
      });
    await queue.onIdle();
    if (failed) throw failed.error;
  } finally {
    drain.removeEventListener('abort', stop);
  }
}

async function gradeFirst(submission: Submission, slot: number, all: GradeAll): Promise<void> {
  const { report, final } = await gradeOne(all, submission, slot);
  if (!all.stop.aborted) await keep(submission, report, final, all);
}

async function gradeAgain(submission: Submission, all: GradeAll): Promise<void> {
  const first = await loadReport(all.out, submission.id);
  const { report } = await gradeOne(all, submission, 0);
  if (!all.stop.aborted) await keep(submission, first ? mergeTries(first, report) : report, true, all);
}

/** Files first, the journal last: what stands in the journal is there. */
async function keep(
  submission: Submission,
  report: Parameters<typeof saveReport>[1],
  final: boolean,
  all: GradeAll,
): Promise<void> {
  const { id } = submission;
  await saveReport(all.out, report);
  const late = all.lateness[id]?.late;
  await renderReport(all.out, report, late === undefined ? {} : { late });
  const result = resultOf(report, id, all.keys[id] ?? '', final);
  await all.journal.add(result);
  all.finished(submission, result);
}
