import { UserError } from '../base/user-error.ts';
import { chosen } from '../judge/required.ts';
import type { Planned, ScenarioSpec } from '../model/index.ts';
import { suggest } from '../steps/scope.ts';

/** The scenarios that are asked for and can be run; throws a UserError for one that there is not. */
export function chosenScenarios({ spec, plans }: Planned, only: readonly string[]): readonly ScenarioSpec[] {
  const known = [...new Set(spec.scenarios.flatMap(({ id, tags }) => [id, ...tags]))];
  for (const id of only)
    if (!known.includes(id))
      throw new UserError({ where: '--only', what: `there is no scenario "${id}"`, fix: suggest(id, known) });
  return chosen(spec.scenarios, only).filter(
    ({ id, skip }) => skip === undefined && (plans.get(id)?.length ?? 0) > 0,
  );
}
