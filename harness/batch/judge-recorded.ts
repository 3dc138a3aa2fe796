import type { RunChecker } from '../grading/checker.ts';
import { loadAssignment } from '../grading/load-assignment.ts';
import type { Recording } from '../grading/recording-of.ts';
import type { Report } from '../model/index.ts';
import { rejudge } from '../recording/rejudge.ts';
import type { Assignment } from '../spec/read.ts';
import { loadRecording } from './student-files.ts';
import type { Submission } from './types.ts';

/** By what recorded runs are judged again. */
export interface Judging {
  readonly out: string;
  readonly spec: string;
  readonly params: Readonly<Record<string, string>>;
  readonly only: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly runChecker: RunChecker;
}

/** Judges submissions again from what was recorded of them; a specification is read once for all with the same seed. */
export class RecordedJudge {
  readonly #judging: Judging;
  readonly #assignments = new Map<string, Promise<Assignment>>();

  constructor(judging: Judging) {
    this.#judging = judging;
  }

  /**
   * The new report of a submission, and what it was made from; undefined where nothing was recorded of the files that it
   * has now. Throws a UserError for a damaged recording.
   */
  async judge({
    id,
    sha256,
  }: Pick<Submission, 'id' | 'sha256'>): Promise<{ report: Report; recording: Recording } | undefined> {
    const { out, spec, params, only, runChecker } = this.#judging;
    const recording = await loadRecording(out, id);
    if (recording === undefined || recording.report.submission.sha256 !== sha256) return undefined;
    const assignment = await this.#assignment(recording);
    return { recording, report: await rejudge(recording, { spec, params, only, assignment, runChecker }) };
  }

  #assignment({ report: { seed }, settings }: Recording): Promise<Assignment> {
    const { spec, params, env } = this.#judging;
    const all = { ...settings.params, ...params };
    const key = JSON.stringify([seed, all]);
    const known = this.#assignments.get(key) ?? loadAssignment(spec, all, seed, env);
    this.#assignments.set(key, known);
    return known;
  }
}

/** Whether a recording could tell all that the specification now asks. */
export function isWhollyJudged({ scenarios }: Report): boolean {
  return scenarios.every(({ findings }) => findings.every(({ because }) => because !== 'not_recorded'));
}
