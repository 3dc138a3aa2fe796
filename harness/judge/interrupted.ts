import type { Finding, ScenarioSpec, Verdict } from '../model/index.ts';
import { isInterrupted, notRun } from './sum.ts';

/** Why a scenario has no verdict that was not finished: no failure of anyone. */
export const INTERRUPTED: Finding = {
  cause: 'unknown',
  because: 'interrupted',
  summary: 'It was not finished: the grading was interrupted.',
  evidence: [],
  hint: 'Grade the submission again.',
};

/** The verdict on a scenario that was not finished when the grading was interrupted. */
export function interrupted(scenario: ScenarioSpec): Verdict {
  return notRun(scenario, 'inconclusive', INTERRUPTED);
}

/** Whether some scenario was not finished because of an interruption. */
export function wasInterrupted(verdicts: Iterable<Verdict>): boolean {
  return [...verdicts].some(isInterrupted);
}
