import type { Report } from '../../model/index.ts';

/** Who reads: a student now, a student after the due date, or the course's staff. */
export const AUDIENCES = ['student', 'student_after_due', 'staff'] as const;
export type Audience = (typeof AUDIENCES)[number];

export interface TerminalOptions {
  readonly width: number;
  readonly colour: boolean;
  /** Show what happened, event by event. */
  readonly trace: boolean;
}

/** What a whole submission is worth, as far as it was judged. */
export interface Whole {
  readonly points: number;
  readonly maxPoints: number;
  /** Whether any scenario has a verdict, and whether points are still open. */
  readonly judged: boolean;
  readonly open: boolean;
  /** Whether a scenario was not passed. */
  readonly failed: boolean;
}

/** What a format may know besides the report. */
export interface RenderOptions extends TerminalOptions {
  /** @default 'student', who sees least */
  readonly audience?: Audience;
  /** The environment variables that the format names in `needs` and `takes`, as far as they are set. */
  readonly env?: Readonly<Record<string, string>>;
  /** Of all scenarios, also those that the reader may not see: for a platform that makes one number of them. */
  readonly whole?: Whole;
  /** Letters and digits that nobody can guess, new for each rendering; without it `github` shows no output. */
  readonly token?: string;
}

/** Writes a report down. Throws a UserError when it can't be said in this format. */
export type Renderer = (report: Report, options: RenderOptions) => string;

/** A way to write a report down. */
export interface ReportFormat {
  /** File name under the output folder when none is given; absent for what goes to standard output. */
  readonly file?: string;
  readonly about: string;
  /** Written once, at the end, behind what the file holds already; others are rewritten as a whole. */
  readonly append?: true;
  /** A platform makes a grade of it, so an interrupted run must not look like one. @default false */
  readonly grades?: true;
  /** Who reads it when nobody says so; otherwise the surroundings decide. */
  readonly audience?: Audience;
  /** Environment variables without which it can't be made, and those that it uses when they are set. */
  readonly needs?: readonly string[];
  readonly takes?: readonly string[];
  /** Loads what writes this format; all of them together would take longer to load than a run may take. */
  load(): Promise<Renderer>;
}
