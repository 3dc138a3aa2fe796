import { defined } from '../base/defined.ts';
import { mergeRecordings, mergeTries } from './again.ts';
import type { Executor, Graded } from './executor.ts';
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
  /** Throws a UserError when the folder of the results is another's by now. */
  readonly check: () => Promise<void>;
  /** Called when a submission is done. */
  readonly finished: (submission: Submission, result: Result) => void;
}

export interface GradeAll extends Keeping {
  readonly executor: Executor;
  readonly drain: AbortSignal;
  readonly stop: AbortSignal;
  /** Called when a submission is begun. */
  readonly started: (submission: Submission) => void;
  /** Called before those that were inconclusive are tried again. */
  readonly again: (count: number) => void;
}

/**
 * Has submissions graded that have no result yet; then those that could not be judged once more, each with nothing beside
 * it. Returns whether all of them are done.
 */
export async function gradeAll(submissions: readonly Submission[], all: GradeAll): Promise<boolean> {
  const { executor, drain, stop, started } = all;
  const graded = (id: string) => {
    const result = all.journal.results.get(id);
    return result !== undefined && result.key === all.keys[id] ? result : undefined;
  };
  const hooks = { drain, stop, started };
  const waiting = submissions.filter(({ id }) => graded(id) === undefined);
  await executor.grade({
    ...hooks,
    submissions: waiting,
    alone: false,
    graded: (submission, first) => keep(submission, first, all),
  });
  const open = submissions.filter(({ id }) => {
    const result = graded(id);
    return result?.open !== undefined && !result.again;
  });
  if (open.length > 0 && !drain.aborted) {
    all.again(open.length);
    await executor.grade({
      ...hooks,
      submissions: open,
      alone: true,
      graded: (submission, second) => keepSecond(submission, second, all),
    });
  }
  return !drain.aborted && !stop.aborted;
}

async function keepSecond(
  submission: Submission,
  { report, recording }: Graded,
  all: GradeAll,
): Promise<void> {
  const first = await loadReport(all.out, submission.id);
  const before = await loadRecording(all.out, submission.id).catch(() => undefined);
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
