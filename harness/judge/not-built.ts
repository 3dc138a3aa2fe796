import type { Finding, ScenarioSpec, Verdict } from '../model/index.ts';
import { knownBuildError } from './build-errors.ts';
import { knownError } from './known-errors.ts';
import { notRun } from './sum.ts';

/** The verdict on a scenario whose program could not be built: the student's failure unless it was this machine's. */
export function notBuilt(scenario: ScenarioSpec, failed: Finding): Verdict {
  if (failed.because !== undefined) return notRun(scenario, 'inconclusive', failed);
  const lines = [failed.actual ?? '', ...failed.evidence];
  const known = knownBuildError(lines, scenario.knownErrors) ?? knownError(lines.join('\n'));
  const first = 'Build it by hand with the same command, and mend the first error first.';
  return notRun(scenario, 'fail', { ...failed, hint: known ?? first });
}
