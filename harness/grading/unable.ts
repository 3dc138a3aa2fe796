import os from 'node:os';
import { defined } from '../base/defined.ts';
import { version } from '../base/version.ts';
import { notRun, total } from '../judge/sum.ts';
import type { InconclusiveReason, Report, ScenarioSpec } from '../model/index.ts';
import type { Assignment } from '../spec/read.ts';

/** A submission that could not be graded, for a reason that a person can fix or must judge. */
export interface Unable {
  readonly because: InconclusiveReason;
  readonly what: string;
  readonly fix?: string;
}

/** A submission in which there is nothing to grade: the student's own matter (see SubmissionError). */
export interface NoProgram {
  readonly because?: never;
  readonly what: string;
  readonly fix?: string;
}

/** The report of a submission that could not be graded: everything is inconclusive, or failed, and says why. */
export function unableReport(
  { spec }: { readonly spec: Pick<Assignment['spec'], 'title' | 'file' | 'sha256'> },
  scenarios: readonly ScenarioSpec[],
  { because, what, fix }: Unable | NoProgram,
  about: Pick<Report, 'isolation' | 'seed' | 'startedAt'>,
): Report {
  const verdicts = scenarios.map((scenario) =>
    notRun(scenario, because === undefined ? 'fail' : 'inconclusive', {
      cause: because === undefined ? 'start_failed' : 'unknown',
      ...defined({ because }),
      summary: /[.!?]$/.test(what) ? what : `${what}.`,
      evidence: [],
      ...defined({ hint: fix }),
    }),
  );
  return {
    schema: 'socket-grader/report/v1',
    grader: { version: version() },
    spec: { title: spec.title, file: spec.file, sha256: spec.sha256 },
    submission: { id: '', path: '', sha256: '', run: {} },
    host: {
      platform: `${process.platform} ${os.release()}`,
      node: process.version,
      cores: os.availableParallelism(),
      evidence: process.platform === 'linux' ? 'kernel' : 'portable',
      unseen: [],
    },
    ...about,
    durationMs: 0,
    ...total(verdicts),
    interrupted: false,
    scenarios: verdicts,
  };
}
