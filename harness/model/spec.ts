import type { Json, JsonObject, Position } from './common.ts';
import type { Transport } from './transport.ts';

/** Where a student sees a scenario: at once, never, after the due date, or once grades are published. */
export type Visibility = 'visible' | 'hidden' | 'after_due_date' | 'after_published';

/** How much a failure shows a student: everything, only what the program did, or only that it failed. */
export type FailureDetails = 'full' | 'actual' | 'none';

/** Something to read on. */
export interface Reference {
  readonly title: string;
  /** A manual page, as in `socket(7)`. */
  readonly man?: string;
  readonly url?: string;
}

/** A setting of the assignment that a course may override. */
export interface Param {
  readonly default: Json;
  readonly about?: string;
  /** The only values allowed, when there are only some. */
  readonly choices?: readonly Json[];
}

/** One way to build and start a program; the first whose file is there is used. */
export interface Variant {
  /** A file name or a pattern (`*.py`) that must match exactly one file of the submission. */
  readonly file?: string;
  readonly build?: string;
  readonly run: string;
  /** Run `build` and `run` through `sh -c`. @default false */
  readonly shell?: boolean;
}

/** Which port a program is expected on: one handed to it, whichever it takes, or a fixed number. */
export type PortRule = 'auto' | 'any' | number;

/** When a started program counts as ready for the next step. */
export type Ready = 'listening' | 'none' | { readonly stdout: string } | { readonly after: number };

/** What one start of a program may use; a program that uses more is ended. */
export interface Limits {
  /** Bytes of main memory, of all its processes together. */
  readonly memory: number;
  /** Milliseconds of processor time, of all its processes together, ended ones included. */
  readonly cpu: number;
  /** Processes and threads at a time. */
  readonly processes: number;
  /** Bytes in its folder. */
  readonly disk: number;
  /** Bytes printed. */
  readonly output: number;
  /** Milliseconds from its start on. */
  readonly time: number;
}

export type LimitName = keyof Limits;

export interface ProgramSpec {
  readonly variants: readonly Variant[];
  /** The specification does not say how it is built and started: the usual file names decide. */
  readonly usual?: true;
  /** What it talks by. @default 'tcp' */
  readonly transport?: Transport;
  /** The address that it is given, and must be reached at. @default 127.0.0.1, and any that `localhost` may stand for */
  readonly host?: string;
  /** It comes with the assignment and is not judged. */
  readonly helper?: true;
  /** @default 'auto' */
  readonly port: PortRule;
  /** @default 'listening', and 'none' for a program with the name of a client */
  readonly ready: Ready;
  /** Added to the environment, which is otherwise built from nothing. */
  readonly env: { readonly [name: string]: string };
  /** Written to standard input at the start, a text or a payload; the pipe stays open unless `stdin_eof`. */
  readonly stdin?: Json;
  readonly stdinEof: boolean;
  /** What it may use, where the assignment says. */
  readonly limits?: Partial<Limits>;
  /** Files of the assignment that it finds in its folder, each a payload, over those of the submission. */
  readonly files?: { readonly [name: string]: Json };
  readonly at: Position;
}

/** A step as written: one verb, its arguments normalised to a map but not yet filled in. */
export interface StepSpec {
  readonly verb: string;
  readonly args: JsonObject;
  readonly name?: string;
  readonly hint?: string;
  readonly soft: boolean;
  /** Worth so much by itself: partial credit. */
  readonly points?: number;
  readonly onlyIf?: JsonObject;
  readonly at: Position;
  /** Positions of the arguments, by JSON pointer below the step. */
  readonly positions: { readonly [pointer: string]: Position };
}

/** What programs print when they fail in a certain way, and how to fix it. */
export interface KnownError {
  /** Any of these, upper and lower case alike. */
  readonly text: readonly string[];
  readonly hint: string;
}

export interface ScenarioSpec {
  readonly id: string;
  readonly title: string;
  readonly points: number;
  readonly explain?: string;
  readonly hint?: string;
  readonly references: readonly Reference[];
  /** The assignment's own, which come before those that are always known. */
  readonly knownErrors?: readonly KnownError[];
  readonly visibility: Visibility;
  /** What students read about it where they may not see the scenario itself, when it did not pass. */
  readonly hiddenMessage?: string;
  /** @default 'full' */
  readonly failureDetails?: FailureDetails;
  /** Names to choose scenarios by. */
  readonly tags: readonly string[];
  /** It is not done, for this reason; empty when none was given. */
  readonly skip?: string;
  readonly onlyIf?: JsonObject;
  /** Scenarios that must not have failed, or this one is skipped. */
  readonly requires: readonly string[];
  /** How often a run is tried again, and after what. */
  readonly retries: { readonly times: number; readonly on: 'inconclusive' | 'fail' };
  /** Whether a matrix counts as a whole, or each row its share. */
  readonly scoring: 'whole' | 'by_row';
  /** The rows of its matrix; a single empty one without a matrix. */
  readonly rows: readonly { readonly [name: string]: Json }[];
  /** Upper bound for one run of the scenario, in milliseconds. */
  readonly timeout: number;
  /** What its programs may use, whatever they say themselves. */
  readonly limits?: Partial<Limits>;
  readonly defaults: JsonObject;
  /** Done first; they can fail the scenario as any other step can. */
  readonly setup: readonly StepSpec[];
  readonly steps: readonly StepSpec[];
  /** Run in the end, whatever happened; they never change the verdict. */
  readonly cleanup: readonly StepSpec[];
  readonly at: Position;
}

/** What is taken off for being late. */
export interface LatePolicy {
  /** When it was due, in ISO 8601; without it only what the source tells is known. */
  readonly due?: string;
  /** The zone of times that state none: `Europe/Berlin`, `+01:00`. @default that of `due` */
  readonly zone?: string;
  /** Of the points possible, for each day that has begun since it was due. */
  readonly percentPerDay: number;
  /** How late is not late yet, in milliseconds. @default 0 */
  readonly grace: number;
  /** From here on nothing counts, in milliseconds after it was due. */
  readonly cutOff?: number;
}

/** What the author wrote, validated. */
export interface Spec {
  readonly title: string;
  readonly description?: string;
  readonly latePolicy?: LatePolicy;
  readonly file: string;
  readonly sha256: string;
  readonly params: { readonly [name: string]: Param };
  readonly programs: { readonly [name: string]: ProgramSpec };
  readonly scenarios: readonly ScenarioSpec[];
}
