import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { defined } from '../base/defined.ts';
import { printable } from '../base/plain.ts';
import { UserError } from '../base/user-error.ts';
import type { RunChecker } from '../grading/checker.ts';
import type { Report } from '../model/index.ts';
import { RECORDING, readRecording } from '../recording/recording-file.ts';
import { rejudge } from '../recording/rejudge.ts';
import { usualAudience } from '../report/formats/automatic.ts';
import { CheckersInWorker } from '../worker/checkers-in-worker.ts';
import { checkOnly } from './check-only.ts';
import { exitCode } from './exit.ts';
import { isolationFor } from './isolation.ts';
import { batchFolder, judgeBatch } from './rejudge-batch.ts';
import { type RejudgeCommand, readRejudgeOptions } from './rejudge-options.ts';
import { ReportFiles, shortPath, writtenLines } from './report-files.ts';
import { specFile } from './spec-file.ts';
import { terminalStyle } from './terminal-style.ts';

/** `socket-grader rejudge`: new verdicts from recorded runs; nothing is run but checkers of the course. */
export async function rejudgeCommand(args: string[]): Promise<number> {
  const surroundings = { env: process.env, gradescope: existsSync('/autograder') };
  const options = readRejudgeOptions(args, surroundings);
  const checkers = checkersFor(options);
  try {
    const folder = batchFolder(options);
    if (folder !== undefined) return await judgeBatch(folder, options, checkers.run);
    const codes: number[] = [];
    for (const recording of options.recordings.map(findRecording))
      codes.push(await judgeOne(recording, options, { ...surroundings, runChecker: checkers.run }));
    return worstOf(codes);
  } finally {
    await checkers.end();
  }
}

/** What runs the checkers of the course, isolated as is asked for once there is one. */
function checkersFor({ isolation, quiet }: RejudgeCommand): CheckersInWorker {
  return new CheckersInWorker(async () => (await isolationFor({ isolation, quiet })).level);
}

/** The recording of a folder that `run` wrote, or a file as it is. */
function findRecording(given: string): string {
  const folder = existsSync(given) && statSync(given).isDirectory();
  const file = folder ? path.join(given, RECORDING) : given;
  if (existsSync(file)) return path.resolve(file);
  throw new UserError({
    where: given,
    what: folder ? `there is no ${RECORDING} in it` : 'there is no such file or folder',
    fix: `Name a folder that "socket-grader run" wrote for staff, or a file that it wrote with --record.`,
  });
}

async function judgeOne(
  file: string,
  options: RejudgeCommand,
  { runChecker, ...surroundings }: { env: NodeJS.ProcessEnv; gradescope: boolean; runChecker: RunChecker },
): Promise<number> {
  const recording = await readRecording(file);
  const files = new ReportFiles(options.reports, {
    folder: folderFor(file, options),
    ...defined({ audience: options.audience }),
    trace: options.trace,
    ...terminalStyle(),
    ...surroundings,
  });
  const reader = options.audience ?? usualAudience('json', surroundings);
  const among = files.files.find((one) => path.dirname(one.file) === path.dirname(file));
  if (among && reader !== 'staff')
    throw new UserError({
      where: shortPath(among.file),
      what: 'files for students would lie beside the recording, which shows hidden scenarios',
      fix: 'Choose another folder with --out DIR, or render for staff with --audience staff.',
    });
  const spec = options.spec ?? path.resolve(recording.settings.cwd, recording.settings.spec);
  const chosen = { spec: specFile(spec, 'rejudge'), only: options.only };
  await checkOnly({ ...chosen, params: { ...recording.settings.params, ...options.params } });
  const report = await rejudge(recording, {
    spec: chosen.spec,
    params: options.params,
    env: process.env,
    runChecker,
    ...(options.only.length === 0 ? {} : { only: options.only }),
  });
  await files.prepare();
  await files.begin();
  return finish(report, files, options);
}

/** With several recordings each has a folder of its own below `--out`. */
function folderFor(file: string, { out, recordings }: RejudgeCommand): string {
  const own = path.dirname(file);
  if (out === undefined) return own;
  return recordings.length === 1 ? out : path.join(out, path.basename(own));
}

async function finish(report: Report, files: ReportFiles, { quiet }: RejudgeCommand): Promise<number> {
  const failures = await files.finish(report, { quiet });
  for (const failure of failures) process.stderr.write(printable(`socket-grader: ${failure}\n`));
  if (!quiet && files.printsTerminal && files.files.length > 0)
    process.stdout.write(
      writtenLines(
        files.files.map(({ file }) => file),
        terminalStyle().width,
      ),
    );
  return exitCode(report, failures);
}

/** The grader's own failure counts most, then a student's, then what could not be decided. */
function worstOf(codes: readonly number[]): number {
  return [4, 1, 3].find((code) => codes.includes(code)) ?? 0;
}
