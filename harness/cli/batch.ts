import { batch } from '../batch/batch.ts';
import { BatchInterrupt } from './batch-interrupt.ts';
import { readBatchOptions } from './batch-options.ts';
import { BatchProgress } from './batch-progress.ts';
import { batchStatus, batchSummary } from './batch-summary.ts';

/** `socket-grader batch`: grades many submissions. */
export async function batchCommand(args: string[]): Promise<number> {
  const options = readBatchOptions(args);
  const bar = process.stderr.isTTY === true && !process.env.CI && process.env.TERM !== 'dumb';
  const progress = new BatchProgress({
    bar,
    width: () => process.stderr.columns ?? 80,
    write: (text) => void (bar ? process.stderr : process.stdout).write(text),
  });
  const interrupt = new BatchInterrupt((text) => progress.say(text));
  try {
    const searchPath = process.env.PATH;
    const { drain, stop } = interrupt;
    const outcome = await batch(
      { ...options, drain, stop, ...(searchPath ? { searchPath } : {}) },
      progress.watch,
    );
    progress.end();
    process.stdout.write(batchSummary(outcome, options.out, process.stdout.columns ?? 80));
    return interrupt.status ?? batchStatus(outcome);
  } finally {
    progress.end();
    interrupt.dispose();
  }
}
