import { existsSync } from 'node:fs';
import path from 'node:path';
import { grade } from '../grade.ts';
import type { Report } from '../model.ts';
import type { Recording } from '../recording.ts';
import { writeRecording } from '../recording-file.ts';
import { UserError } from '../user-error.ts';
import { checkOnly } from './check-only.ts';
import { EXIT, exitCode } from './exit.ts';
import { Interrupt } from './interrupt.ts';
import { watchRun } from './progress.ts';
import { recordingPlace, staleRecordings } from './recording-place.ts';
import { ReportFiles, shortPath, writtenLines } from './report-files.ts';
import { readRunOptions } from './run-options.ts';
import { terminalLook } from './terminal-look.ts';

/** `socket-grader run`: grades one submission. */
export async function runCommand(args: string[]): Promise<number> {
  const gradescope = existsSync('/autograder');
  const options = readRunOptions(args, { env: process.env, gradescope });
  await checkOnly(options);
  const folder = options.out ?? path.join('reports', folderName(options.submission));
  const files = new ReportFiles(options.reports, {
    folder,
    ...(options.audience === undefined ? {} : { audience: options.audience }),
    trace: options.trace,
    ...terminalLook(),
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
  const place = recordingPlace(files.files, options.record);
  await files.prepare(staleRecordings(files.files, folder));
  const progress = watchRun(options, { env: process.env, gradescope });
  const interrupt = new Interrupt();
  let report: Report;
  let recording: Recording | undefined;
  try {
    const searchPath = process.env.PATH;
    const settings = { ...options, ...(searchPath ? { searchPath } : {}), signal: interrupt.signal };
    report = await grade(settings, (event) => {
      progress.take(event);
      if (event.type === 'finished') files.update(event.report);
      if (event.type === 'recorded') recording = event.recording;
    });
  } finally {
    progress.end();
    interrupt.dispose();
  }
  const failures = [...(await save(place, recording)), ...(await files.finish(report, options))];
  if (files.printsTerminal && !options.quiet && files.files.length > 0) {
    const written = [...files.files.map(({ file }) => file), ...(place === undefined ? [] : [place])];
    process.stdout.write(writtenLines(written, terminalLook().width));
  }
  for (const failure of failures) process.stderr.write(`socket-grader: ${failure}\n`);
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

function folderName(submission: string): string {
  return path.basename(path.resolve(submission)).replace(/[^\w.-]+/g, '_') || 'submission';
}
