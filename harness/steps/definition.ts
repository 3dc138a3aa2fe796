import type * as v from 'valibot';
import type { Cause, InconclusiveReason, JsonObject, Leftover, Plan } from '../model/index.ts';
import type { StepContext } from './context.ts';
import type { TraceView } from './view.ts';

/** What a step found out: nothing wrong, the student's fault, or no ground for a verdict. */
export type Outcome =
  /** A remark on something that is right, but not for the reason that one would think. */
  | { readonly status: 'pass'; readonly consumed?: Consumed; readonly remark?: Found }
  | { readonly status: 'fail'; readonly found: Found; readonly consumed?: Consumed }
  | { readonly status: 'inconclusive'; readonly found: Found & { readonly because: InconclusiveReason } };

/** Bytes that a step used up; `exact` when the author said precisely what was to come. */
export interface Consumed {
  readonly conn: string;
  readonly bytes: number;
  readonly exact: boolean;
  /** The message that was expected, to recognise a second copy of it. */
  readonly message: Uint8Array;
  /** Bytes that count for nothing when they follow. */
  readonly skip?: readonly number[];
  /** What it means when more comes; as the plan says when absent. */
  readonly leftover?: Leftover;
}

/** The body of a finding, before it is told where it stands in the file. */
export interface Found {
  readonly cause: Cause;
  readonly because?: InconclusiveReason;
  readonly summary: string;
  readonly expected?: string;
  readonly actual?: string;
  readonly evidence?: readonly string[];
  readonly hint?: string;
  /** The author's own hint for what came; it comes before any other. */
  readonly diagnosis?: string;
  /** It does not change the verdict. */
  readonly remark?: boolean;
}

/** The names that are known where a step stands. */
export interface Scope {
  readonly programs: readonly string[];
  readonly connections: readonly string[];
  /** Ports on which the harness listens. */
  readonly listeners: readonly string[];
}

/** A name in a step that does not fit, with the key it stands under. */
export interface ScopeProblem {
  readonly key?: string;
  /** It is one whatever the steps before may open, those included that could not be read. */
  readonly certain?: true;
  readonly message: string;
  readonly fix?: string;
}

/** A step's arguments with omitted names filled in, and what the step changes for those after it. */
export interface Scoped {
  readonly args: JsonObject;
  readonly opens?: string;
  readonly closes?: string;
  readonly listens?: string;
  readonly problems: readonly ScopeProblem[];
}

/** What a step is judged with besides its arguments. */
export interface JudgeContext {
  readonly plan: Plan;
  readonly step: number;
  readonly within: number;
}

/** One verb of the language: how it is written, how it runs and how it is judged. */
export interface StepDefinition<Args> {
  readonly verb: string;
  /** One sentence for the reference. */
  readonly summary: string;
  /** The key that a bare value stands for: `connect: a` is `connect: {as: a}`. */
  readonly shorthand?: string;
  readonly schema: v.GenericSchema<unknown, Args>;
  /** Whether the step can fail a scenario; a scenario without such a step is refused. */
  readonly asserts: boolean;
  /** How long the step may wait: `default` takes `within` from `defaults`, a number of ms is the verb's own, `never` does not wait. */
  readonly patience: 'default' | 'never' | number;
  /** The verb holds steps: one list under `steps`, or one for each named branch. */
  readonly nests?: 'steps' | 'branches';
  scope(args: JsonObject, scope: Scope): Scoped;
  run(args: Args, context: StepContext): Promise<void>;
  judge(args: Args, view: TraceView, context: JudgeContext): Outcome;
  /** Milliseconds that the step takes even when all is well. @default 0 */
  lasts?(args: Args): number;
  /**
   * Whether a run that was recorded with other arguments shows all the same what these come to.
   * @default only when they are equal
   */
  covers?(recorded: Args, wanted: Args, seen: Seen): boolean;
}

/** How a recorded step ended, for one whose arguments have changed since. */
export interface Seen {
  /** It waited as long as it could: its time was up, or the program had come to rest. */
  readonly waited: boolean;
  /** What was recorded fulfils the new arguments. */
  readonly fulfilled: boolean;
}

/** Keeps the argument type between schema, run and judge while the registry forgets it. */
export type AnyStep = StepDefinition<never>;

export const PASS: Outcome = { status: 'pass' };

/** The student's fault. */
export function fail(found: Found, consumed?: Consumed): Outcome {
  return consumed ? { status: 'fail', found, consumed } : { status: 'fail', found };
}

/** No verdict, and why. */
export function inconclusive(because: InconclusiveReason, found: Found): Outcome {
  return { status: 'inconclusive', found: { ...found, because } };
}
