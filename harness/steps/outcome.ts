import type { Cause, InconclusiveReason, Leftover } from '../model/index.ts';

/** What a step found out: nothing wrong, the student's fault, or no ground for a verdict. */
export type Outcome =
  /** A remark on something that is right, but not for the reason that one would think. */
  | { readonly status: 'pass'; readonly consumed?: Consumed | readonly Consumed[]; readonly remark?: Found }
  | { readonly status: 'fail'; readonly found: Found; readonly consumed?: Consumed | readonly Consumed[] }
  | { readonly status: 'inconclusive'; readonly found: Found & { readonly because: InconclusiveReason } };

/** Bytes that a step used up; `exact` when the author said precisely what was to come. */
export interface Consumed {
  readonly conn: string;
  readonly bytes: number;
  /** How many messages those are, where the connection has such. */
  readonly messages?: number;
  readonly exact: boolean;
  /** The message that was expected, to recognise a second copy of it. */
  readonly message: Uint8Array;
  /** Bytes that count for nothing when they follow. */
  readonly skip?: readonly number[];
  /** What it means when more comes; as the plan says when absent. */
  readonly leftover?: Leftover;
}

/** The body of a finding, before it knows where it stands in the file. */
export interface Found {
  readonly cause: Cause;
  readonly because?: InconclusiveReason;
  readonly summary: string;
  readonly expected?: string;
  readonly actual?: string;
  readonly evidence?: readonly string[];
  /** What the causes that are known can't say: of a remark, and of what could not be decided. */
  readonly hint?: string;
  /** The row of the table of causes that it is for certain. */
  readonly detail?: string;
  /** The author's own hint for what came. */
  readonly diagnosis?: string;
  /** It does not change the verdict. */
  readonly remark?: boolean;
  /** It is for staff alone. */
  readonly staff?: true;
}

export const PASS: Outcome = { status: 'pass' };

/** The student's fault. */
export function fail(found: Found, consumed?: Consumed | readonly Consumed[]): Outcome {
  return consumed ? { status: 'fail', found, consumed } : { status: 'fail', found };
}

/** No verdict, and why. */
export function inconclusive(because: InconclusiveReason, found: Found): Outcome {
  return { status: 'inconclusive', found: { ...found, because } };
}
