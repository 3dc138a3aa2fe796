import { defined } from '../base/defined.ts';
import type { Recorded } from '../judge/judge-again.ts';
import type { Finding, ProgramSpec, Report, Spec } from '../model/index.ts';

/** Everything that judging one submission again needs; nothing of it is cut but what the traces' own caps cut. */
export interface Recording {
  readonly schema: 'socket-grader/trace/v1';
  /** The report without its verdicts. */
  readonly report: Omit<Report, 'schema' | 'points' | 'maxPoints' | 'status' | 'scenarios'>;
  readonly settings: {
    /** The specification as it was named, from `cwd`. */
    readonly spec: string;
    readonly cwd: string;
    readonly params: Readonly<Record<string, string>>;
    readonly only: readonly string[];
  };
  /** How the programs were to be built and started. */
  readonly programs: Readonly<Record<string, Omit<ProgramSpec, 'at'>>>;
  /** Why nothing was run. */
  readonly failed?: Finding;
  readonly runs: readonly Recorded[];
}

/** Gathers what a finished run leaves to be judged again. */
export function recordingOf(
  { schema: _schema, points: _points, maxPoints: _max, status: _status, scenarios: _all, ...report }: Report,
  from: {
    readonly options: {
      readonly spec: string;
      readonly params?: Readonly<Record<string, string>>;
      readonly only?: readonly string[];
    };
    readonly assignment: { readonly spec: Spec };
    readonly runs: readonly Recorded[];
    readonly failed: Finding | undefined;
  },
): Recording {
  const { options, assignment, runs, failed } = from;
  return {
    schema: 'socket-grader/trace/v1',
    report,
    settings: {
      spec: options.spec,
      cwd: process.cwd(),
      params: options.params ?? {},
      only: options.only ?? [],
    },
    programs: programsOf(assignment.spec),
    ...defined({ failed }),
    runs,
  };
}

/** How a specification wants programs to be built and started, wherever it says so. */
export function programsOf({ programs }: Spec): Recording['programs'] {
  return Object.fromEntries(Object.entries(programs).map(([name, { at: _, ...program }]) => [name, program]));
}
