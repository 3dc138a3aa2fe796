import { existsSync } from 'node:fs';
import { defined } from '../base/defined.ts';
import { SubmissionError, UserError } from '../base/user-error.ts';
import { type NoProgram, type Unable, unableReport } from '../grading/unable.ts';
import type { Report, ScenarioSpec } from '../model/index.ts';
import { EXIT } from './exit.ts';
import { explain } from './explain-error.ts';
import { ReportFiles } from './report-files.ts';
import { type RunOptions, readRunOptions } from './run-options.ts';

/** A platform takes any other status than 0 for a failure of the grader. */
const NO_RESULT = 1;

/**
 * `run --for PLATFORM`: the same as `run`, and in every case with a result that the platform can read: what is wrong with
 * a submission itself fails it; what is not the student's fault leaves everything undecided, by the platform's own means.
 * The exit status is what the platform's contract wants.
 */
export async function runFor(args: string[], run: (args: string[]) => Promise<number>): Promise<number> {
  let options: RunOptions | undefined;
  try {
    options = readRunOptions(args, { env: process.env, gradescope: existsSync('/autograder') });
    return statusFor(options, await run(args));
  } catch (error) {
    const status = explain(error);
    if (options === undefined) return status;
    const report = await reportOf(error, options);
    const failures = await writeReports(report, options);
    for (const failure of failures) process.stderr.write(`socket-grader: ${failure}\n`);
    return statusFor(
      options,
      failures.length > 0 ? EXIT.internal : report.status === 'fail' ? EXIT.failed : status,
    );
  }
}

function statusFor({ platform }: RunOptions, status: number): number {
  if (platform?.exit !== 'written') return status;
  return status === EXIT.internal ? NO_RESULT : EXIT.passed;
}

async function reportOf(error: unknown, options: RunOptions): Promise<Report> {
  const { loadAssignment } = await import('../grading/load-assignment.ts');
  const { chosen } = await import('../judge/required.ts');
  const seed = options.seed ?? '';
  const about = {
    isolation: { level: 'none', lost: [] },
    seed,
    startedAt: new Date().toISOString(),
  } as const;
  const assignment = await loadAssignment(
    options.spec,
    options.params ?? {},
    seed,
    process.env,
    undefined,
    options.only,
  ).catch(() => undefined);
  const why = reasonOf(error);
  if (assignment !== undefined)
    return unableReport(assignment, chosen(assignment.spec.scenarios, options.only ?? []), why, about);
  return unableReport(
    { spec: { title: options.spec, file: options.spec, sha256: '' } },
    [NOTHING],
    why,
    about,
  );
}

/** Stands for all scenarios where they could not be read. */
const NOTHING: ScenarioSpec = {
  id: 'grader',
  title: 'Grading by the specification',
  points: 0,
  references: [],
  visibility: 'visible',
  tags: [],
  requires: [],
  retries: { times: 0, on: 'inconclusive' },
  scoring: 'whole',
  rows: [{}],
  timeout: 0,
  defaults: {},
  setup: [],
  steps: [],
  cleanup: [],
  at: { file: '', line: 1, column: 1 },
};

function reasonOf(error: unknown): Unable | NoProgram {
  if (error instanceof UserError) {
    const fix = error.fix === undefined ? {} : { fix: error.fix };
    return error instanceof SubmissionError
      ? { what: `There is no program to grade: ${error.what}`, ...fix }
      : { because: 'harness', what: `The grader could not run: ${error.what}`, ...fix };
  }
  return {
    because: 'harness',
    what: `The grader itself failed: ${error instanceof Error ? error.message : String(error)}`,
  };
}

async function writeReports(report: Report, options: RunOptions): Promise<readonly string[]> {
  const files = new ReportFiles(options.reports, {
    folder: options.out ?? 'reports',
    ...defined({ audience: options.audience }),
    trace: false,
    width: 80,
    colour: false,
    env: process.env,
    gradescope: existsSync('/autograder'),
  });
  try {
    await files.prepare();
    return await files.finish(report, options);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
