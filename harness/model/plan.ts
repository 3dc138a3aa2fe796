import type { Json, JsonObject, Position } from './common.ts';
import type { Spec } from './spec.ts';

/** One step ready to run; only `{$template: …}` values wait for what the run itself finds out. */
export interface PlanStep {
  readonly index: number;
  readonly verb: string;
  readonly args: JsonObject;
  readonly name?: string;
  readonly hint?: string;
  readonly soft: boolean;
  readonly at: Position;
  readonly points?: number;
  /** Run in the end, whatever happened. */
  readonly cleanup?: true;
  /** Steps with the same number run branch by branch at the same time; they stand together in the plan. */
  readonly parallel?: { readonly number: number; readonly branch: string };
}

/** What bytes that were not expected mean, after a message that was expected exactly. */
export type Leftover = 'fail' | 'warn' | 'ignore';

/** One runnable row of a scenario. */
export interface Plan {
  readonly scenario: string;
  /** Distinguishes the rows of a matrix, `size=512` for instance; absent without a matrix. */
  readonly row?: string;
  readonly steps: readonly PlanStep[];
  readonly timeout: number;
  readonly seed: string;
  /** @default 'fail' */
  readonly leftover?: Leftover;
  /**
   * Another scenario that is graded, for points, checks that the program is quiet before a client comes: it is not
   * charged for that a second time. @default false
   */
  readonly quietBeforeClient?: true;
  /**
   * Which port of the run each program that listens, and each listener of the grader, has: 0 is the one that all are given
   * otherwise. Absent where there is only that one.
   */
  readonly ports?: { readonly [name: string]: number };
}

/** A specification that is right, with the plans that are made of it: all that grading needs, and plain data. */
export interface Planned {
  readonly spec: Spec;
  /** The rows to run, by scenario; none for a scenario that does not apply with these parameters. */
  readonly plans: ReadonlyMap<string, readonly Plan[]>;
  readonly params: ReadonlyMap<string, Json>;
  /** Paths of all other files that it was read from, as far as those are not included with the grader. @default none */
  readonly files?: readonly string[];
}
