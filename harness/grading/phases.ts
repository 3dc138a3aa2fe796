import type { ScenarioSpec, Visibility } from '../model/index.ts';

/** From what everybody may see to what nobody may. */
const ORDER: readonly Visibility[] = ['visible', 'after_due_date', 'after_published', 'hidden'];

/**
 * Scenarios in the groups in which they may run: what a program learns in one that fewer may see must not get into the
 * report of one that more may see, so those are over by then. One that requires a scenario of a later group runs after it.
 */
export function phases(scenarios: readonly ScenarioSpec[]): readonly (readonly ScenarioSpec[])[] {
  const groups = ORDER.map((visibility) =>
    scenarios.filter((scenario) => scenario.visibility === visibility),
  );
  const found: ScenarioSpec[][] = [];
  const done = new Set<string>();
  const known = new Set(scenarios.map(({ id }) => id));
  let late: ScenarioSpec[] = [];
  const isReady = (among: readonly ScenarioSpec[]) => {
    const own = new Set(among.map(({ id }) => id));
    return ({ requires }: ScenarioSpec) =>
      requires.every((id) => !known.has(id) || done.has(id) || own.has(id));
  };
  const add = (group: ScenarioSpec[]) => {
    if (group.length > 0) found.push(group);
    for (const { id } of group) done.add(id);
  };
  for (const group of groups) {
    // What waits for one that waits has to wait, too.
    const ready = withRequired(group, isReady);
    add(ready);
    late = [...late, ...group.filter((scenario) => !ready.includes(scenario))];
    const free = withRequired(late, isReady);
    add(free);
    late = late.filter((scenario) => !free.includes(scenario));
  }
  add(late);
  return found;
}

/** What is left when all that is not ready among the others is taken out, again and again. */
function withRequired(
  group: readonly ScenarioSpec[],
  isReady: (among: readonly ScenarioSpec[]) => (scenario: ScenarioSpec) => boolean,
): ScenarioSpec[] {
  const fewer = group.filter(isReady(group));
  return fewer.length === group.length ? fewer : withRequired(fewer, isReady);
}
