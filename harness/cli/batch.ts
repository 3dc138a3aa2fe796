import { batch } from '../batch/batch.ts';
import { BatchInterrupt } from './batch-interrupt.ts';
import { readBatchOptions } from './batch-options.ts';
import { BatchProgress } from './batch-progress.ts';
import { batchStatus, batchSummary } from './batch-summary.ts';
import { EXIT } from './exit.ts';
import { isolationFor } from './isolation.ts';
import { checkOpenFiles } from './open-files.ts';
import { withoutCommands } from './stop-commands.ts';

/** `socket-grader batch`: grades many submissions. */
export async function batchCommand(args: string[]): Promise<number> {
  const options = readBatchOptions(args);
  return options.quiet ? runBatch(options) : withoutCommands(() => runBatch(options));
}

async function runBatch({
  isolation,
  quiet,
  ...options
}: ReturnType<typeof readBatchOptions>): Promise<number> {
  checkOpenFiles(options.jobs === 'auto' ? undefined : options.jobs);
  const { level } = await isolationFor({ isolation, quiet });
  const bar = process.stderr.isTTY === true && !process.env.CI && process.env.TERM !== 'dumb';
  const progress = new BatchProgress({
    bar,
    width: () => process.stderr.columns ?? 80,
    write: (text) => void (quiet || (bar ? process.stderr : process.stdout).write(text)),
  });
  const interrupt = new BatchInterrupt((text) => progress.say(text));
  try {
    const { env } = process;
    const searchPath = env.PATH;
    const { drain, stop } = interrupt;
    const outcome = await batch(
      { ...options, level, env, drain, stop, ...(searchPath ? { searchPath } : {}) },
      progress.watch,
    );
    progress.end();
    if (!quiet) process.stdout.write(batchSummary(outcome, options.out, process.stdout.columns ?? 80));
    return interrupt.status ?? batchStatus(outcome);
  } catch (error) {
    const reason = FULL[(error as NodeJS.ErrnoException).code ?? ''];
    if (reason === undefined) throw error;
    progress.end();
    process.stderr.write(
      `socket-grader: ${options.out}: the results can't be written: ${reason}\n  What was graded so far is kept. Make room, and run the same command again to resume.\n`,
    );
    return EXIT.internal;
  } finally {
    progress.end();
    interrupt.dispose();
  }
}

/** What keeps results from being written, though all else is well. */
const FULL: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EROFS: 'the file system is read-only',
};
