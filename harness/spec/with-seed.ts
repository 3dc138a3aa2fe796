import type { Plan } from '../model/index.ts';
import type { Assignment } from './read.ts';

/** An assignment that was read with an empty seed, as it would be with this one. */
export function withSeed(assignment: Assignment, seed: string): Assignment {
  const plans = new Map<string, readonly Plan[]>();
  for (const [id, rows] of assignment.plans)
    plans.set(
      id,
      rows.map((plan) => ({ ...plan, seed: `${seed}${plan.seed}` })),
    );
  return { ...assignment, plans };
}
