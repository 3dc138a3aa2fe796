import os from 'node:os';
import PQueue from 'p-queue';
import { defined } from '../base/defined.ts';
import { mergeRecordings, mergeTries } from './again.ts';
import { Concurrency } from './concurrency.ts';
import { type Graded, type Grading, gradeOne } from './grade-one.ts';
import type { Journal } from './journal.ts';
import type { Lateness } from './late.ts';
import { type Result, resultOf } from './result.ts';
import { loadRecording, loadReport, renderReport, saveRecording, saveReport } from './student-files.ts';
import type { Submission } from './types.ts';

/** Where results are kept. */
export interface Keeping {
  readonly out: string;
  readonly journal: Journal;
  readonly keys: { readonly [id: string]: string };
  readonly lateness: { readonly [id: string]: Lateness };
  /** Throws a UserError when the folder of the results is somebody else's by now. */
  readonly check: () => Promise<void>;
  /** Called when a submission is done. */
  readonly finished: (submission: Submission, result: Result) => void;
}

export interface GradeAll extends Omit<Grading, 'out'>, Keeping {
  /** At a time; `auto`: as many as fill the machine. */
  readonly jobs: number | 'auto';
  readonly drain: AbortSignal;
  /** Called when a submission is begun. */
  readonly started: (submission: Submission) => void;
  /** Called before those that were inconclusive are tried again. */
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

/** More than this many at a time would use up users, ports and memory before cores. */
const MOST_PER_CORE = 8;
/** Milliseconds between two looks at the machine. */
const EVERY = 200;

/** At most `jobs` at a time, each with a slot of its own; none is begun once it is to be drained. */
async function runPool(
  submissions: readonly Submission[],
  jobs: number | 'auto',
  { drain, started }: GradeAll,
  work: (submission: Submission, slot: number) => Promise<void>,
): Promise<void> {
  const most = jobs === 'auto' ? MOST_PER_CORE * os.availableParallelism() : jobs;
  const slots = Array.from({ length: most }, (_, slot) => slot);
  const concurrency = jobs === 'auto' ? new Concurrency({ most }) : undefined;
  const queue = new PQueue({ concurrency: concurrency?.now ?? most });
  const timer =
    concurrency &&
    setInterval(() => {
      const wanted = queue.size > 0 && queue.pending >= queue.concurrency;
      queue.concurrency = concurrency.adjust(wanted);
    }, EVERY);
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
    clearInterval(timer);
    drain.removeEventListener('abort', stop);
  }
}

async function gradeFirst(submission: Submission, slot: number, all: GradeAll): Promise<void> {
  const graded = await gradeOne(all, submission, slot);
  if (!all.stop.aborted) await keep(submission, graded, all);
}

async function gradeAgain(submission: Submission, all: GradeAll): Promise<void> {
  const first = await loadReport(all.out, submission.id);
  const before = await loadRecording(all.out, submission.id).catch(() => undefined);
  const { report, recording } = await gradeOne(all, submission, 0);
  if (all.stop.aborted) return;
  const both = first === undefined ? report : mergeTries(first, report);
  const recorded = first === undefined ? recording : mergeRecordings(first, before, recording);
  await keep(submission, { report: both, final: true, ...defined({ recording: recorded }) }, all);
}

/** Files first, the journal last: what stands in the journal is there. */
export async function keep(
  submission: Submission,
  { report, final, recording }: Graded,
  all: Keeping,
): Promise<void> {
  const { id } = submission;
  await all.check();
  await saveRecording(all.out, id, recording);
  await saveReport(all.out, report);
  const late = all.lateness[id]?.late;
  await renderReport(all.out, report, late === undefined ? {} : { late });
  const result = resultOf(report, id, all.keys[id] ?? '', final);
  await all.journal.add(result);
  all.finished(submission, result);
}
