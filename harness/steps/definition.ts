import * as v from 'valibot';
import type { Payload } from '../match/payload.ts';
import type { Json, JsonObject, Plan } from '../model/index.ts';
import type { Transport } from '../model/transport.ts';
import type { StepContext } from './context.ts';
import type { Effect } from './effect.ts';
import type { Outcome } from './outcome.ts';
import type { Scope, Scoped } from './scope.ts';
import type { TraceView } from './view.ts';

/** What the reference and editors say about a verb beyond its summary. */
export interface StepAbout {
  /** The section of the reference that it stands in. */
  readonly group: 'program' | 'dialling' | 'answering' | 'bytes' | 'ending' | 'state' | 'flow';
  /** One sentence for each key of its own; those of payloads and matchers are described once for all verbs. */
  readonly keys: Readonly<Record<string, string>>;
  /** The verb whose keys these are, where two verbs share them all. */
  readonly sameKeysAs?: string;
  /** Steps as they stand in a file. */
  readonly examples: readonly string[];
}

/** What a step does on a connection, for a person who repeats it by hand with nc. */
export type HandAct =
  | { readonly kind: 'wait' | 'half_close' | 'close'; readonly conn: string }
  | {
      readonly kind: 'dial';
      readonly conn: string;
      /** The program, where it is not the only one. */
      readonly to?: string;
      readonly host?: string;
      /** Another port than that of the program. */
      readonly port?: number;
      readonly transport?: Transport;
    }
  | {
      readonly kind: 'accept';
      readonly conn: string;
      readonly listener: string;
      readonly transport?: Transport;
    }
  /** `conn` is the name of the listener. */
  | {
      readonly kind: 'listen';
      readonly conn: string;
      readonly port?: number;
      readonly transport?: Transport;
    }
  | { readonly kind: 'send'; readonly conn: string; readonly payload: Payload };

/** What a step is judged with besides its arguments. */
export interface JudgeContext {
  readonly plan: Plan;
  readonly step: number;
  readonly within: number;
  /** The run goes on: what is only known afterwards is not there yet. */
  readonly live?: true;
}

/** How a recorded step ended, for one whose arguments have changed since. */
export interface RecordedEnd {
  /** It waited as long as it could: its time was up, or the program was idle. */
  readonly waited: boolean;
  /** What was recorded fulfils the new arguments. */
  readonly fulfilled: boolean;
}

/** The ports of a run by the names of those that have them: 0 is the one that all programs are told. */
type OwnPorts = NonNullable<Plan['ports']>;

/** One verb of the language: how it is written, what it says of itself, how it runs and how it is judged. */
export interface StepDefinition<Args> {
  readonly verb: string;
  /** One sentence for the reference. */
  readonly summary: string;
  readonly about: StepAbout;
  /** The key that a bare value stands for: `connect: a` is `connect: {as: a}`. */
  readonly shorthand?: string;
  /** Bare texts that are hardly meant as such: what they stand for, and how that is written. @default none */
  readonly hardlyText?: Readonly<Record<string, { readonly meant: string; readonly written: string }>>;
  /** What a bare text is, so that what YAML does to it is worth a warning. @default neither */
  readonly takesText?: 'bytes' | 'prose';
  readonly schema: v.GenericSchema<unknown, Args>;
  /** Whether it says what must be so; a scenario without such a step checks nothing, and is refused. */
  readonly asserts: boolean;
  /** How long the step may wait: `default` takes `within` from `defaults`, a number of ms is the verb's own, `never` does not wait. */
  readonly patience: 'default' | 'never' | number;
  /** The verb holds steps: one list under `steps`, or one for each named branch. */
  readonly nests?: 'steps' | 'branches';
  /** Its `on` may be a list: the step is then done on each of these connections. */
  readonly onEach?: true;
  /** Its `line` and `lines` go over a connection, so that they end as `newline` of `defaults` says. @default no */
  readonly usesNewline?: true;
  /** A warning at each use, and what to write instead. */
  readonly warning?: { readonly message: string; readonly fix: string };
  /** Fills in the names that may be left out, and says what changes for the steps after it. */
  scope(args: JsonObject, scope: Scope): Scoped;
  /** What it does to programs, listeners and connections, its names filled in. @default nothing */
  effects?(args: JsonObject): readonly Effect[];
  /** The names under which it keeps bytes for later steps. @default none */
  captures?(args: JsonObject): readonly string[];
  /** It uses what it keeps itself: values of these keys, at any depth, are filled in by the step. @default none */
  readonly fillsItself?: readonly string[];
  /** Whether no scenario may run beside it, because the grader itself takes something that there is only one of. @default no */
  isExclusive?(args: JsonObject): boolean;
  /** What the step does, in one plain sentence. */
  sentence(args: Args, seed: string, ports?: OwnPorts): string;
  /** Its part of the commands that repeat the scenario by hand. @default none */
  byHand?(args: Args): HandAct | undefined;
  run(args: Args, context: StepContext): Promise<void>;
  judge(args: Args, view: TraceView, context: JudgeContext): Outcome;
  /** Milliseconds that the step takes even when all is well. @default 0 */
  lasts?(args: Args): number;
  /**
   * Whether a run that was recorded with other arguments shows all the same what these come to.
   * @default only when they are equal
   */
  covers?(recorded: Args, wanted: Args, end: RecordedEnd): boolean;
}

/** A step whose arguments have been read. */
export interface BoundStep {
  sentence(seed: string, ports?: OwnPorts): string;
  byHand(): HandAct | undefined;
  run(context: StepContext): Promise<void>;
  judge(view: TraceView, context: JudgeContext): Outcome;
  lasts(): number;
}

type OfArgs = 'schema' | 'sentence' | 'byHand' | 'run' | 'judge' | 'lasts' | 'covers';

/** A verb as the registry holds it: what its arguments are only the verb itself knows. */
export interface Step extends Omit<StepDefinition<never>, OfArgs> {
  readonly schema: v.GenericSchema<unknown, unknown>;
  /** Reads arguments as a plan holds them. Throws a ValiError when they don't fit. */
  bind(args: Json): BoundStep;
  /** The same, and nothing when they don't fit. */
  tryBind(args: Json): BoundStep | undefined;
  /** Absent where only equal arguments do. */
  readonly covers?: (recorded: Json, wanted: Json, end: RecordedEnd) => boolean;
}

/** Makes a verb for the registry. */
export function defineStep<Args>(definition: StepDefinition<Args>): Step {
  const { schema, sentence, byHand, run, judge, lasts, covers, ...rest } = definition;
  const read = (args: Json) => v.parse(schema, withoutWithin(args, rest.patience));
  const bound = (args: Args): BoundStep => ({
    sentence: (seed, ports) => sentence(args, seed, ports),
    byHand: () => byHand?.(args),
    run: (context) => run(args, context),
    judge: (view, context) => judge(args, view, context),
    lasts: () => lasts?.(args) ?? 0,
  });
  return {
    ...rest,
    schema,
    bind: (args) => bound(read(args)),
    tryBind: (args) => {
      const result = v.safeParse(schema, withoutWithin(args, rest.patience));
      return result.success ? bound(result.output) : undefined;
    },
    ...(covers && { covers: (recorded, wanted, end) => covers(read(recorded), read(wanted), end) }),
  };
}

/** How long a step may wait is the run's affair, not the step's. */
function withoutWithin(args: Json, patience: StepDefinition<unknown>['patience']): Json {
  if (patience === 'never' || args === null || typeof args !== 'object' || Array.isArray(args)) return args;
  const { within: _, ...rest } = args as JsonObject;
  return rest;
}
