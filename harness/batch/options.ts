import path from 'node:path';
import { defined } from '../base/defined.ts';
import type { GradeOptions } from '../grading/grade.ts';
import type { Report } from '../model/index.ts';
import type { DecisionOptions } from './decisions/decisions.ts';
import type { Executor, Grading } from './executor.ts';
import type { GradebookKind } from './gradebook/index.ts';
import type { Watcher } from './progress.ts';
import type { Shard } from './shard.ts';
import type { SimilarOptions } from './similar.ts';
import type { Submission } from './types.ts';

/** How gradebooks are made. */
export interface GradebookOptions extends DecisionOptions {
  /** Systems that a gradebook is made for. @default those that the submissions and the roster come from */
  readonly gradebooks?: readonly GradebookKind[];
  /** An export of the gradebook, so that rows get the ids that the system knows. */
  readonly roster?: string;
  /** The column of the gradebook. @default the title of the assignment, or the roster's column of that name */
  readonly column?: string;
  /** All points are scaled, so that so many are possible. @default the points of the assignment */
  readonly outOf?: number;
}

/** By which rule being late counts. */
export interface LateOptions {
  /** A file with a late policy; it goes before that of the specification. */
  readonly latePolicy?: string;
  /** When it was due; goes before the policy's. */
  readonly due?: string;
}

/** Only what gradebooks depend on, with files by their whole path. */
export function gradebookOptionsOf(options: GradebookOptions & LateOptions): GradebookOptions & LateOptions {
  const { gradebooks, roster, column, outOf, mapping, overrides, extensions, rubric, latePolicy, due } =
    options;
  const files = Object.entries({ roster, mapping, overrides, extensions, rubric, latePolicy }).flatMap(
    ([key, file]) => (file === undefined ? [] : [[key, path.resolve(file)] as const]),
  );
  return defined({ gradebooks, column, outOf, due, ...Object.fromEntries(files) });
}

/** What is to be graded, for who has it graded somewhere else. */
export interface Work {
  readonly grading: Grading;
  readonly out: string;
  readonly title: string;
  readonly total: number;
  /** What a result of a submission is kept under, see `resultKey`. */
  readonly keyOf: (submission: Submission) => string;
  readonly folderOf: (submission: Submission) => string;
  /** Hears how the queue goes on. */
  readonly watch: Watcher;
}

/** What a person asks for. */
export interface BatchOptions
  extends GradebookOptions,
    LateOptions,
    Pick<
      GradeOptions,
      | 'spec'
      | 'only'
      | 'params'
      | 'env'
      | 'build'
      | 'run'
      | 'port'
      | 'timeoutScale'
      | 'searchPath'
      | 'unsafe'
      | 'expose'
    > {
  /** An archive or a folder. */
  readonly input: string;
  /** Everything that is written is below it. */
  readonly out: string;
  /** Submissions at a time; `auto`: as many as fill the machine, and one where they share a network. @default 'auto' */
  readonly jobs?: number | 'auto';
  /** Makes random bytes repeatable. @default made from the specification */
  readonly seed?: string;
  /** How each is kept apart. */
  readonly level: Report['isolation']['level'];
  /** The system that the submissions come from. @default found out */
  readonly from?: string;
  readonly shard?: Shard;
  /** Forget what was graded before. */
  readonly fresh: boolean;
  /** Judge again what was recorded, where that is enough, instead of running it. @default false */
  readonly rejudge?: boolean;
  /** Grade these again: `failed`, `inconclusive`, `changed`, `all`, or the id of a submission. */
  readonly regrade: readonly string[];
  /** Compares submissions with each other, at the end. @default they are not compared */
  readonly similar?: SimilarOptions;
  /** Has submissions graded somewhere else. @default on this machine */
  readonly executor?: (work: Work) => Promise<Executor>;
  /** Let those that run finish, and start no more. */
  readonly drain?: AbortSignal;
  /** End everything now. */
  readonly stop?: AbortSignal;
}
