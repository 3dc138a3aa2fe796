import type { Assignment } from '../../spec/read.ts';

/** The scenarios that a change of the specification concerns: all of them where it is about programs or settings. */
export function concerned(before: Assignment, after: Assignment): readonly string[] {
  const ids = after.spec.scenarios.map(({ id }) => id);
  if (common(before) !== common(after)) return ids;
  return ids.filter((id) => own(before, id) !== own(after, id));
}

function common({ spec, params }: Assignment): string {
  const { scenarios: _, sha256: __, ...rest } = spec;
  return JSON.stringify([rest, [...params]], withoutPlaces);
}

function own({ spec, plans }: Assignment, id: string): string {
  return JSON.stringify(
    [spec.scenarios.find((scenario) => scenario.id === id), plans.get(id)],
    withoutPlaces,
  );
}

/** Lines that moved change nothing. */
function withoutPlaces(key: string, value: unknown): unknown {
  return key === 'at' || key === 'positions' ? undefined : value;
}
