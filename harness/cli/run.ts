import { existsSync } from 'node:fs';
import { defined } from '../base/defined.ts';
import { printable } from '../base/plain.ts';
import { UserError } from '../base/user-error.ts';
import type { Progress } from '../grading/grade.ts';
import type { Recording } from '../grading/recording-of.ts';
import type { Report } from '../model/index.ts';
import { writeRecording } from '../recording/recording-file.ts';
import type { Job } from '../worker/grade-in-worker.ts';
import { checkOnly } from './check-only.ts';
import { EXIT, exitCode } from './exit.ts';
import { holdsArchives } from './holds-archives.ts';
import { Interrupt } from './interrupt.ts';
import { isolationFor } from './isolation.ts';
import { checkOpenFiles } from './open-files.ts';
import { watchRun } from './progress.ts';
import { recordingPlace, staleRecordings } from './recording-place.ts';
import { ReportFiles, shortPath, writtenLines } from './report-files.ts';
import { reportFolder } from './report-folder.ts';
import { type RunOptions, readRunOptions } from './run-options.ts';
import { terminalStyle } from './terminal-style.ts';
import { checkStrace, describeWitness } from './witness.ts';

/** `socket-grader run`: grades one submission. */
export async function runCommand(args: string[]): Promise<number> {
  const isForPlatform = args.some((arg) => arg === '--for' || arg.startsWith('--for='));
  return isForPlatform ? (await import('./run-for.ts')).runFor(args, run) : run(args);
}

async function run(args: string[]): Promise<number> {
  const gradescope = existsSync('/autograder');
  const options = readRunOptions(args, { env: process.env, gradescope });
  checkOpenFiles(options.jobs);
  await checkOnly(options);
  const folder = options.out ?? reportFolder(options.submission);
  const files = new ReportFiles(options.reports, {
    folder,
    ...defined({ audience: options.audience }),
    trace: options.trace,
    ...terminalStyle(),
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
  if (options.watch) {
    const { level } = await isolationFor(options);
    const searchPath = process.env.PATH;
    const job = { ...jobOf(options), env: process.env, ...(searchPath ? { searchPath } : {}) };
    return (await import('./watch.ts')).watchSubmission(job, level);
  }
  const place = recordingPlace(files.files, options.record);
  if (options.witness) await checkStrace(options.isolation);
  await files.prepare();
  const opened = (await holdsArchives(options.submission))
    ? await (await import('./open-submission.ts')).openSubmission(options.submission)
    : undefined;
  try {
    return await gradeAndReport(options, files, {
      folder,
      place,
      gradescope,
      submission: opened?.folder ?? options.submission,
    });
  } finally {
    await opened?.close();
    await files.abandon();
  }
}

interface Places {
  /** Of the report files. */
  readonly folder: string;
  /** Of the recording, if there is one. */
  readonly place: string | undefined;
  readonly gradescope: boolean;
  /** What is graded: the submission, or what was unpacked of it. */
  readonly submission: string;
}

async function gradeAndReport(
  options: RunOptions,
  files: ReportFiles,
  { folder, place, gradescope, submission }: Places,
): Promise<number> {
  const { env } = process;
  const searchPath = env.PATH;
  const job = { ...jobOf(options), submission, env, ...(searchPath ? { searchPath } : {}) };
  const named = (report: Report): Report => ({
    ...report,
    submission: { ...report.submission, path: options.submission },
  });
  const { level, worker } = await isolationFor(options, job);
  files.load().catch(() => {});
  const progress = watchRun(options, { env: process.env, gradescope });
  const interrupt = new Interrupt();
  let report: Report;
  let recording: Recording | undefined;
  let cleared: Promise<void> | undefined;
  try {
    const watch = (event: Progress) => {
      progress.take(event);
      if (event.type !== 'planned') cleared ??= files.begin(staleRecordings(files.files, folder));
      if (event.type === 'finished') files.update(named(event.report));
      if (event.type === 'recorded') recording = event.recording;
    };
    const signal =
      options.timeLimit === undefined
        ? interrupt.signal
        : AbortSignal.any([interrupt.signal, AbortSignal.timeout(options.timeLimit)]);
    report =
      level === 'none' && process.platform !== 'linux'
        ? await (await import('../grading/grade.ts')).grade({ ...job, signal }, watch)
        : await (await import('../worker/grade-in-worker.ts')).gradeInWorker(
            job,
            {
              level,
              signal,
              wants: { recording: place !== undefined, brief: true },
              ...defined({ worker }),
            },
            watch,
          );
  } finally {
    progress.end();
    interrupt.dispose();
  }
  report = named(report);
  await (cleared ?? files.begin(staleRecordings(files.files, folder)));
  const failures = (await Promise.all([save(place, recording), files.finish(report, options)])).flat();
  if (files.printsTerminal && !options.quiet && files.files.length > 0) {
    const written = [...files.files.map(({ file }) => file), ...(place === undefined ? [] : [place])];
    process.stdout.write(writtenLines(written, terminalStyle().width));
  }
  if (files.printsTerminal && !options.quiet && options.witness)
    process.stdout.write(`  ${describeWitness(report)}\n`);
  for (const failure of failures) process.stderr.write(printable(`socket-grader: ${failure}\n`));
  if (interrupt.by !== undefined) return interrupt.by === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  return exitCode(report, failures);
}

/** Returns what failed. */
async function save(place: string | undefined, recording: Recording | undefined): Promise<readonly string[]> {
  if (place === undefined || recording === undefined) return [];
  try {
    await writeRecording(place, recording);
    return [];
  } catch (error) {
    return [`the recording ${shortPath(place)}: ${error instanceof Error ? error.message : String(error)}`];
  }
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
    record: _______,
    platform: ________,
    timeLimit: _________,
    watch: __________,
    ...job
  } = options;
  return job;
}
