import type { Status, Verdict } from './verdict.ts';

export interface BuildResult {
  readonly command: string;
  readonly ok: boolean;
  readonly exitCode: number | null;
  readonly durationMs: number;
  readonly output: string;
}

export interface Report {
  readonly schema: 'socket-grader/report/v1';
  readonly grader: { readonly version: string };
  readonly spec: { readonly title: string; readonly file: string; readonly sha256: string };
  readonly submission: {
    readonly id: string;
    readonly path: string;
    readonly sha256: string;
    readonly run: { readonly [program: string]: string };
    /** Files that could have been the program as well, in another language for instance. */
    readonly unused?: readonly string[];
  };
  readonly host: {
    /** Which machine, where several grade. */
    readonly name?: string;
    readonly platform: string;
    readonly node: string;
    readonly cores: number;
    readonly evidence: 'kernel' | 'portable';
    readonly unseen: readonly string[];
  };
  readonly isolation: {
    readonly level: 'none' | 'uid' | 'full';
    /** What is missing at this level, in words. */
    readonly lost: readonly string[];
    /** What appeared outside the programs' folders meanwhile and is there still, whoever made it. @default none */
    readonly left?: readonly string[];
  };
  readonly startedAt: string;
  readonly durationMs: number;
  readonly seed: string;
  /** Settings of the assignment that were given for this run. */
  readonly params?: { readonly [name: string]: string };
  readonly points: number;
  readonly maxPoints: number;
  /** It came late: so much of the points possible is taken off; `points` are those before. */
  readonly late?: {
    readonly percent: number;
    readonly summary: string;
    /** The points of this report are not all that count, so what is taken off is not all either. */
    readonly partial?: true;
  };
  /** Points that people have given instead; `points` and all verdicts are the grader's own. */
  readonly overrides?: readonly {
    /** @default the grade as a whole */
    readonly scenario?: string;
    /** What people call it, where it is an item of the rubric and no scenario. */
    readonly title?: string;
    readonly points: number;
    readonly maxPoints: number;
    /** For the student. */
    readonly comment: string;
    /** Who decided, and when. */
    readonly by?: string;
    readonly at?: string;
  }[];
  /** What people say to the student and set no points with. */
  readonly comments?: readonly {
    /** @default the submission as a whole */
    readonly scenario?: string;
    readonly title?: string;
    readonly comment: string;
    readonly by?: string;
    readonly at?: string;
  }[];
  /** fail when a scenario failed, else inconclusive when one was, else pass. */
  readonly status: Status;
  readonly interrupted: boolean;
  readonly build?: readonly BuildResult[];
  readonly scenarios: readonly Verdict[];
}
