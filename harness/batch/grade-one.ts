import { defined } from '../base/defined.ts';
import { UserError } from '../base/user-error.ts';
import type { Recording } from '../grading/recording-of.ts';
import { type Unable, unableReport } from '../grading/unable.ts';
import type { Report, Verdict } from '../model/index.ts';
import { openPoints } from '../report/tally.ts';
import { gradeInWorker, WorkerError } from '../worker/grade-in-worker.ts';
import type { Graded, Grading } from './executor.ts';
import type { Submission } from './types.ts';

/** Longest time for building, in milliseconds. */
const BUILD = 130_000;

/** Where a submission is, which of those that are graded at a time it is, and what ends it. */
interface Turn {
  readonly folder: string;
  readonly slot: number;
  readonly stop: AbortSignal;
}

/** Grades one submission in a worker of its own; whatever happens to the worker, there is a report. */
export async function gradeOne(
  grading: Grading,
  submission: Submission,
  { folder, slot, stop }: Turn,
): Promise<Graded> {
  const { job, isolation } = grading;
  const startedAt = new Date().toISOString();
  const done = (report: Report, final: boolean, recording?: Recording): Graded => ({
    report: withSubmission(report, submission),
    final,
    ...defined({
      recording:
        recording === undefined
          ? undefined
          : { ...recording, report: withSubmission(recording.report, submission) },
    }),
  });
  const unable = (why: Unable, final: boolean) =>
    unableToGrade(grading, submission, { why, final, startedAt });
  const nothing = nothingToGrade(submission);
  if (nothing !== undefined) return unable(nothing, true);
  let recording: Recording | undefined;
  const limit = AbortSignal.timeout(longest(grading));
  const signal = AbortSignal.any([stop, limit]);
  try {
    const report = await gradeInWorker(
      { ...job, submission: folder },
      {
        level: isolation.level,
        slot,
        signal,
        assignment: grading.assignment,
        wants: { brief: true, recording: true },
      },
      (event) => {
        if (event.type === 'recorded') recording = event.recording;
      },
    );
    if (!report.interrupted) return done(report, !openPoints(report).some(isUndecided), recording);
    return unable({ because: 'harness', what: 'Grading exceeded its time limit and was ended' }, false);
  } catch (error) {
    if (error instanceof WorkerError)
      return unable({ because: 'harness', what: `The grader failed: ${error.message}` }, false);
    if (!(error instanceof UserError)) throw error;
    const fix = error.fix === undefined ? {} : { fix: error.fix };
    return unable({ because: 'precondition', what: `It can't be graded: ${error.what}`, ...fix }, true);
  }
}

/** What there is of a submission that could not be graded: a report that says why. */
export function unableToGrade(
  { assignment, scenarios, isolation, job }: Grading,
  submission: Submission,
  {
    why,
    final,
    startedAt = new Date().toISOString(),
  }: { readonly why: Unable; readonly final: boolean; readonly startedAt?: string },
): Graded {
  const report = unableReport(assignment, scenarios, why, { isolation, seed: job.seed ?? '', startedAt });
  return { report: withSubmission(report, submission), final };
}

/** A report under the name that the submission has in the batch. */
function withSubmission<R extends Pick<Report, 'submission'>>(
  report: R,
  { id, from, sha256 }: Submission,
): R {
  return { ...report, submission: { ...report.submission, id, path: from, sha256 } };
}

/** What this machine can't do it can't do the next time either. */
function isUndecided({ findings }: Verdict): boolean {
  return findings.some(({ because }) => because !== 'capability');
}

/** Why a submission need not be started; undefined where there are files to grade. */
export function nothingToGrade({ files, refused }: Submission): Unable | undefined {
  if (files > 0) return undefined;
  const why = refused.map(({ name, why: reason }) => `${name}: ${reason}`).slice(0, 3);
  return {
    because: 'precondition',
    what: why.length === 0 ? 'There is no file in it' : `There is nothing to grade: ${why.join('; ')}`,
    fix: 'Check the submission.',
  };
}

/** A bound that no submission reaches as long as the grader is right: all its deadlines one after the other. */
function longest({ assignment, scenarios, job }: Grading): number {
  const runs = scenarios.map(
    ({ timeout, rows, retries }) => timeout * Math.max(1, rows.length) * (1 + retries.times),
  );
  const sum = runs.reduce((so, one) => so + one, BUILD * Object.keys(assignment.spec.programs).length);
  return Math.min(2 ** 31 - 1, (2 * sum + 60_000) * Math.max(1, job.timeoutScale ?? 1));
}
