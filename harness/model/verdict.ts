import type { Cause, InconclusiveReason } from './cause.ts';
import type { FailureDetails, Reference, Visibility } from './spec.ts';
import type { Trace } from './trace.ts';

export type Status = 'pass' | 'fail' | 'inconclusive' | 'skip';

export interface StepRef {
  readonly index: number;
  readonly verb: string;
  readonly name?: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Bytes as a person reads them: escaped and cut, with the whole in base64 when it is short. */
export interface BytesView {
  readonly text: string;
  readonly length: number;
  readonly base64?: string;
}

export interface Finding {
  /** The earliest step where things went wrong; absent when the program could not be built. */
  readonly step?: StepRef;
  readonly row?: string;
  readonly cause: Cause;
  /** Set when the finding is no fault of the student: why nothing can be said. */
  readonly because?: InconclusiveReason;
  /** One sentence that stands alone. */
  readonly summary: string;
  readonly expected?: string;
  readonly actual?: string;
  /** What was seen, a fact a line. */
  readonly evidence: readonly string[];
  readonly hint?: string;
  /** The hint is the author's own. */
  readonly authored?: true;
  /** The row of the table of causes that was recognised. */
  readonly detail?: string;
  /** A remark: it does not change the verdict. */
  readonly remark?: true;
  /** For staff alone: students are not shown it. */
  readonly staff?: true;
  /** Index of the trace event that shows it. */
  readonly event?: number;
}

/** The outcome of one step that has points of its own. */
export interface Credit {
  readonly line: number;
  readonly column: number;
  readonly points: number;
  readonly earned: boolean;
}

/** One run of one row: its status, what was found, and what happened. */
export interface RunVerdict {
  readonly row?: string;
  readonly attempt: number;
  readonly status: Status;
  readonly findings: readonly Finding[];
  /** Present where steps have points of their own. */
  readonly credits?: readonly Credit[];
  readonly trace: Trace;
  /** How many observations a second witness confirmed. */
  readonly confirmed?: number;
}

export interface Verdict {
  readonly id: string;
  readonly title: string;
  readonly status: Status;
  /** All or nothing, or the sum of the steps (or rows) that passed. */
  readonly points: number;
  readonly maxPoints: number;
  readonly visibility: Visibility;
  /** What students read where they may not see the rest of a scenario that did not pass. */
  readonly hiddenMessage?: string;
  /** How much of a failure students may see. @default 'full' */
  readonly failureDetails?: FailureDetails;
  readonly attempts: number;
  /** It passed only when it was tried again. */
  readonly flaky: boolean;
  readonly durationMs: number;
  readonly findings: readonly Finding[];
  readonly explain?: string;
  readonly references: readonly Reference[];
  readonly runs: readonly RunVerdict[];
}
