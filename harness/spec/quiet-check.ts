import type { Plan, PlanStep, ScenarioSpec } from '../model/index.ts';

/** Verbs after which a client may have been there. */
const CLIENTS: readonly string[] = ['connect', 'accept'];

/** Whether a step fails a program that is busy with nothing to do. */
function wantsQuiet({ verb, args }: PlanStep): boolean {
  return verb === 'check' && (args.is === 'blocked' || (args.is === 'running' && args.cpu !== undefined));
}

function wantsQuietAlone({ steps }: Plan): boolean {
  const first = steps.findIndex(({ verb }) => CLIENTS.includes(verb));
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
