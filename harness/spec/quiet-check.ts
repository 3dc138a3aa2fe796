import type { Plan, PlanStep, ScenarioSpec } from '../model/index.ts';
import { effectsOf, STEPS } from '../steps/index.ts';

/** Whether a step fails a program that is busy with nothing to do. */
function wantsQuiet(step: PlanStep): boolean {
  const quiet = effectsOf(step).some((effect) => effect.kind === 'claims' && effect.quiet);
  return quiet && STEPS.get(step.verb)?.asserts === true;
}

/** Whether it does so before a client may have been there. */
function wantsQuietAlone({ steps }: Plan): boolean {
  const first = steps.findIndex((step) => effectsOf(step).some(({ kind }) => kind === 'opens'));
  return steps.slice(0, first === -1 ? undefined : first).some(wantsQuiet);
}

/**
 * Plans that say whether one of the chosen scenarios, for points, checks that a program is quiet before a client comes: the
 * others need not charge a program for that again.
 */
export function withQuietCheck(
  plans: ReadonlyMap<string, readonly Plan[]>,
  chosen: readonly ScenarioSpec[],
): ReadonlyMap<string, readonly Plan[]> {
  const charges = chosen.filter(
    ({ id, points, skip }) => points > 0 && skip === undefined && plans.get(id)?.some(wantsQuietAlone),
  );
  if (charges.length === 0) return plans;
  const marked = (plan: Plan): Plan =>
    plan.steps.some(wantsQuiet) && !wantsQuietAlone(plan) ? { ...plan, quietBeforeClient: true } : plan;
  return new Map([...plans].map(([id, each]) => [id, each.map(marked)]));
}
