import os from 'node:os';
import PQueue from 'p-queue';
import { Concurrency } from './concurrency.ts';
import type { Executor, Grading, Round } from './executor.ts';
import { gradeOne } from './grade-one.ts';
import { submissionFolder } from './intake/intake.ts';
import type { Submission } from './types.ts';

/** More than this many at a time would use up users, ports and memory before cores. */
export const MOST_PER_CORE = 8;
/** Milliseconds between two readings of the machine's load. */
const EVERY = 200;

/** Where submissions are, and how many are graded at a time; `auto`: as many as fill the machine. */
interface LocalOptions {
  readonly out: string;
  readonly jobs: number | 'auto';
}

/** Grades on this machine, each submission in a worker process of its own. */
export class LocalExecutor implements Executor {
  readonly #grading: Grading;
  readonly #options: LocalOptions;

  constructor(grading: Grading, options: LocalOptions) {
    this.#grading = grading;
    this.#options = options;
  }

  async grade(round: Round): Promise<void> {
    const { out, jobs } = this.#options;
    await runPool(round, round.alone ? 1 : jobs, async (submission, slot) => {
      const { stop } = round;
      const folder = submissionFolder(out, submission.id);
      const graded = await gradeOne(this.#grading, submission, { folder, slot, stop });
      if (!stop.aborted) await round.graded(submission, graded);
    });
  }

  async close(): Promise<void> {}
}

/** At most `jobs` at a time, each with a slot of its own; none is begun once it is to be drained. */
async function runPool(
  { submissions, drain, started }: Round,
  jobs: number | 'auto',
  work: (submission: Submission, slot: number) => Promise<void>,
): Promise<void> {
  const most = jobs === 'auto' ? MOST_PER_CORE * os.availableParallelism() : jobs;
  const slots = Array.from({ length: most }, (_, slot) => slot);
  const concurrency = jobs === 'auto' ? new Concurrency({ most }) : undefined;
  const queue = new PQueue({ concurrency: concurrency?.now ?? most });
  const timer =
    concurrency &&
    setInterval(() => {
      const wanted = queue.size > 0 && queue.pending >= queue.concurrency;
      queue.concurrency = concurrency.adjust(wanted);
    }, EVERY);
  const stop = () => queue.clear();
  drain.addEventListener('abort', stop, { once: true });
  try {
    const tasks = submissions.map((submission) => async () => {
      if (drain.aborted) return;
      const slot = slots.shift() ?? 0;
      try {
        started(submission);
        await work(submission, slot);
      } finally {
        slots.push(slot);
      }
    });
    let failed: { error: unknown } | undefined;
    for (const task of tasks)
      void queue.add(task).catch((error: unknown) => {
        failed ??= { error };
        queue.clear();
      });
    await queue.onIdle();
    if (failed) throw failed.error;
  } finally {
    clearInterval(timer);
    drain.removeEventListener('abort', stop);
  }
}
