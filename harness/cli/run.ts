import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Progress } from '../grade.ts';
import type { Job } from '../grade-in-worker.ts';
import type { Report } from '../model.ts';
import { suggest } from '../steps/scope.ts';
import { UserError } from '../user-error.ts';
import { EXIT } from './exit.ts';
import { Interrupt } from './interrupt.ts';
import { isolationFor } from './isolation.ts';
import { ReportFiles } from './report-files.ts';
import { type RunOptions, readRunOptions } from './run-options.ts';

/** `socket-grader run`: grades one submission. */
export async function runCommand(args: string[]): Promise<number> {
  const gradescope = existsSync('/autograder');
  const options = readRunOptions(args, { env: process.env, gradescope });
  await checkScenarios(options);
  const files = new ReportFiles(options.reports, {
    folder: options.out ?? path.join('reports', folderName(options.submission)),
    ...(options.audience === undefined ? {} : { audience: options.audience }),
    trace: options.trace,
    width: process.stdout.columns ?? 80,
    colour: process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
    env: process.env,
    gradescope,
  });
  if (!existsSync(options.submission)) {
    throw new UserError({
      where: options.submission,
      what: 'there is no such submission',
      fix: 'Give a folder or a file.',
    });
  }
  await files.prepare();
  const searchPath = process.env.PATH;
  const job = { ...jobOf(options), ...(searchPath ? { searchPath } : {}) };
  const { level, worker } = await isolationFor(job, options);

  const interrupt = new Interrupt();
  let report: Report;
  try {
    const watch = (progress: Progress) => {
      if (progress.type === 'finished') files.update(progress.report);
    };
    const { signal } = interrupt;
    report =
      level === 'none'
        ? await (await import('../grade.ts')).grade({ ...job, signal }, watch)
        : await (await import('../grade-in-worker.ts')).gradeInWorker(
            job,
            { level, signal, ...(worker === undefined ? {} : { worker }) },
            watch,
          );
  } finally {
    interrupt.dispose();
  }
  const failures = await files.finish(report, options);
  const terminal = options.reports.some(({ name, file }) => name === 'terminal' && file === undefined);
  if (terminal && !options.quiet && files.files.length > 0)
    process.stdout.write(`  Report: ${files.files.join(', ')}\n`);
  for (const failure of failures) process.stderr.write(`socket-grader: ${failure}\n`);
  if (interrupt.by !== undefined) return interrupt.by === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  return failures.length > 0 ? EXIT.internal : exitCode(report);
}

/** What of the options is about grading, and not about this command. */
function jobOf(options: RunOptions): Job {
  const {
    reports: _,
    out: __,
    audience: ___,
    isolation: ____,
    trace: _____,
    quiet: ______,
    ...job
  } = options;
  return job;
}

/** Unknown scenario names are told before anything is built or run. */
async function checkScenarios({ spec, only = [], params, seed = '' }: RunOptions): Promise<void> {
  if (only.length === 0) return;
  const { loadAssignment } = await import('../load-assignment.ts');
  const known = (await loadAssignment(spec, params ?? {}, seed)).spec.scenarios.map(({ id }) => id);
  for (const id of only) {
    if (!known.includes(id))
      throw new UserError({
        where: '--only',
        what: `${spec} has no scenario "${id}"`,
        fix: suggest(id, known),
      });
  }
}

function folderName(submission: string): string {
  return path.basename(path.resolve(submission)).replace(/[^\w.-]+/g, '_') || 'submission';
}

function exitCode({ status }: Report): number {
  if (status === 'fail') return EXIT.failed;
  return status === 'inconclusive' ? EXIT.inconclusive : EXIT.passed;
}
