import type { Finding, ScenarioSpec, Verdict } from '../model/index.ts';
import { buildCause } from './causes/builds.ts';
import { saysAny } from './causes/evidence.ts';
import { notRun } from './sum.ts';

/** The verdict on a scenario whose program could not be built: the student's failure unless it was this machine's. */
export function notBuilt(scenario: ScenarioSpec, failed: Finding): Verdict {
  if (failed.because !== undefined) return notRun(scenario, 'inconclusive', failed);
  const printed = [failed.actual ?? '', ...failed.evidence].join('\n');
  const own = scenario.knownErrors?.find(({ text }) => saysAny(printed, text));
  const cause = buildCause(failed);
  const hint = own?.hint ?? cause.hint.replace('{made}', failed.actual ?? '');
  return notRun(scenario, 'fail', { ...failed, hint, detail: cause.id });
}
