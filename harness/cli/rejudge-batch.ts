import { existsSync } from 'node:fs';
import path from 'node:path';
import { defined } from '../base/defined.ts';
import { UserError } from '../base/user-error.ts';
import { MANIFEST } from '../batch/manifest.ts';
import { rejudgeBatch } from '../batch/rejudge-batch.ts';
import type { RunChecker } from '../grading/checker.ts';
import { BatchProgress } from './batch-progress.ts';
import { batchStatus, batchSummary } from './batch-summary.ts';
import type { RejudgeCommand } from './rejudge-options.ts';
import { specFile } from './spec-file.ts';
import { withoutCommands } from './stop-commands.ts';

/** The folder of a batch among those that are named; undefined where there is none. */
export function batchFolder({ recordings, forBatches, forRecordings }: RejudgeCommand): string | undefined {
  const batches = recordings.filter((folder) => existsSync(path.join(folder, MANIFEST)));
  const [folder] = batches;
  const usage = (what: string, fix: string) => new UserError({ where: 'rejudge', what, fix });
  const [option] = folder === undefined ? forBatches : forRecordings;
  if (option !== undefined)
    throw usage(
      folder === undefined ? `${option} is for the folder of a batch` : `${option} is for single recordings`,
      folder === undefined
        ? 'Name the folder that "socket-grader batch" wrote.'
        : 'A batch is judged again in its own folder, with everything that it holds.',
    );
  if (folder !== undefined && recordings.length > 1)
    throw usage('one batch at a time', 'Name the folder of one batch.');
  return folder;
}

/** Judges a whole batch again, in its folder. */
export function judgeBatch(folder: string, command: RejudgeCommand, runChecker: RunChecker): Promise<number> {
  const run = () => runBatch(folder, command, runChecker);
  return command.quiet ? run() : withoutCommands(run);
}

async function runBatch(
  folder: string,
  { spec, params, only, quiet, gradebook }: RejudgeCommand,
  runChecker: RunChecker,
): Promise<number> {
  const progress = new BatchProgress({
    bar: false,
    width: () => process.stdout.columns ?? 80,
    write: (text) => void (quiet || process.stdout.write(text)),
  });
  try {
    const outcome = await rejudgeBatch(
      {
        ...gradebook,
        out: folder,
        params,
        env: process.env,
        runChecker,
        ...(only.length === 0 ? {} : { only }),
        ...defined({ spec: spec === undefined ? undefined : specFile(spec, 'rejudge') }),
      },
      progress.watch,
    );
    progress.end();
    if (!quiet) process.stdout.write(batchSummary(outcome, folder, process.stdout.columns ?? 80));
    return batchStatus(outcome);
  } finally {
    progress.end();
  }
}
