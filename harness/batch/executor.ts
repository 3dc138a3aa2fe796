import type { Recording } from '../grading/recording-of.ts';
import type { Planned, Report, ScenarioSpec } from '../model/index.ts';
import type { Job } from '../worker/grade-in-worker.ts';
import type { Submission } from './types.ts';

/** What all submissions of a batch are graded by. */
export interface Grading {
  readonly assignment: Planned;
  readonly scenarios: readonly ScenarioSpec[];
  readonly job: Omit<Job, 'submission'>;
  readonly isolation: Report['isolation'];
}

/** A report, and whether another try could tell more. */
export interface Graded {
  readonly report: Report;
  readonly final: boolean;
  /** All that happened, where anything was run. */
  readonly recording?: Recording;
}

/** Submissions that are to be graded, and who hears of them. */
export interface Round {
  readonly submissions: readonly Submission[];
  /** Each with nothing beside it, after others were inconclusive. */
  readonly alone: boolean;
  /** Those that run are finished, and no more are begun. */
  readonly drain: AbortSignal;
  /** Everything ends now; `graded` is not called any more. */
  readonly stop: AbortSignal;
  /** Called when a submission is begun. */
  readonly started: (submission: Submission) => void;
  /** Called once for each that was graded; what it throws ends the round. */
  readonly graded: (submission: Submission, graded: Graded) => Promise<void>;
}

/** Grades the submissions of a batch: on this machine, or wherever it has them graded. */
export interface Executor {
  /** Settles when all of a round are graded, or it was drained or stopped. */
  grade(round: Round): Promise<void>;
  /** Called at the end of the batch; `complete` says that nothing is left to be graded. */
  close(complete: boolean): Promise<void>;
}
