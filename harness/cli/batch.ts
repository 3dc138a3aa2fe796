import { defined } from '../base/defined.ts';
import { batch } from '../batch/batch.ts';
import type { Executor } from '../batch/executor.ts';
import type { Level } from '../batch/isolation-level.ts';
import type { Work } from '../batch/options.ts';
import type { QueueState } from '../batch/progress.ts';
import type { Connection } from '../queue/index.ts';
import type { IsolationWish } from '../worker/choose-isolation.ts';
import { BatchInterrupt } from './batch-interrupt.ts';
import { readBatchOptions } from './batch-options.ts';
import { BatchProgress } from './batch-progress.ts';
import { batchStatus, batchSummary } from './batch-summary.ts';
import { EXIT } from './exit.ts';
import { isolationFor } from './isolation.ts';
import { checkOpenFiles } from './open-files.ts';
import { openQueue } from './queue-options.ts';
import { withoutCommands } from './stop-commands.ts';

/** `socket-grader batch`: grades many submissions. */
export async function batchCommand(args: string[]): Promise<number> {
  const options = readBatchOptions(args);
  return options.quiet ? runBatch(options) : withoutCommands(() => runBatch(options));
}

async function runBatch({
  isolation,
  quiet,
  queue,
  store,
  ...options
}: ReturnType<typeof readBatchOptions>): Promise<number> {
  const isLocal = queue === undefined;
  if (isLocal) checkOpenFiles(options.jobs === 'auto' ? undefined : options.jobs);
  const { level } = isLocal ? await isolationFor({ isolation, quiet }) : { level: levelAskedFor(isolation) };
  const bar = process.stderr.isTTY === true && !process.env.CI && process.env.TERM !== 'dumb';
  const wait = isLocal ? {} : { describeWait: await waitText(queue) };
  const progress: BatchProgress = new BatchProgress({
    ...wait,
    bar,
    width: () => process.stderr.columns ?? 80,
    write: (text) => void (quiet || (bar ? process.stderr : process.stdout).write(text)),
  });
  const say = (text: string) => progress.say(text);
  const connection = isLocal ? undefined : await openQueue(queue, { say });
  const interrupt = new BatchInterrupt(say);
  try {
    const { env } = process;
    const searchPath = env.PATH;
    const { drain, stop } = interrupt;
    const outcome = await batch(
      {
        ...options,
        level,
        env,
        drain,
        stop,
        ...(searchPath ? { searchPath } : {}),
        ...defined({
          executor:
            connection === undefined
              ? undefined
              : (work: Work) => onQueue(connection, work, { level, store }),
        }),
      },
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
    connection?.close();
    interrupt.dispose();
  }
}

/** With a queue, isolation is what its workers have: only `require` leaves some of them out. */
function levelAskedFor(wish: IsolationWish): Level {
  return wish === 'require' ? 'full' : 'none';
}

async function waitText(queue: string): Promise<(state: QueueState) => string | undefined> {
  const { describeWait, readAddress } = await import('../queue/index.ts');
  const { shown } = readAddress(queue);
  return (state) => describeWait(state, shown);
}

/** Has the submissions of a batch graded by the workers of a queue. */
async function onQueue(
  connection: Connection,
  work: Work,
  { level, store }: { readonly level: Level; readonly store: string | undefined },
): Promise<Executor> {
  const { nameOfBatch, QueueExecutor } = await import('../queue/index.ts');
  return QueueExecutor.open(connection, {
    ...work,
    name: await nameOfBatch(work.out),
    level,
    watch: (state) => work.watch({ type: 'queue', state }),
    ...defined({ store }),
  });
}

/** What keeps results from being written, though all else is well. */
const FULL: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EROFS: 'the file system is read-only',
};
