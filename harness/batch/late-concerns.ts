import type { Manifest } from './manifest.ts';

interface Unplaced {
  readonly who: string;
  readonly what: string;
}

/** Submissions that a late policy could not be applied to: those marked as late one by one, the others together. */
export function lateConcerns({
  submissions,
  lateness,
  source,
  latePolicy,
}: Pick<Manifest, 'submissions' | 'lateness' | 'source' | 'latePolicy'>): {
  readonly single: readonly Unplaced[];
  readonly together: readonly Unplaced[];
} {
  const lacksDue = latePolicy ? latePolicy.due === undefined : false;
  const single: Unplaced[] = [];
  const others = new Map<string, string[]>();
  for (const { id, late, at } of submissions) {
    const open = lateness[id]?.open;
    if (open === undefined) continue;
    if (late) {
      single.push({ who: id, what: open });
      continue;
    }
    const isWorksheetNeeded = at === undefined && source === 'moodle';
    const worksheet = isWorksheetNeeded ? ". Moodle's grading worksheet has the times: --roster" : '';
    const what = `${open}${lacksDue ? '. Give it with --due, or in the policy' : worksheet}`;
    others.set(what, [...(others.get(what) ?? []), id]);
  }
  const together = [...others].map(([what, ids]) => {
    if (ids.length === submissions.length) return { who: 'all submissions', what };
    if (ids.length === 1) return { who: ids[0] ?? '', what };
    return { who: `${ids.length} submissions`, what: `${what}: ${ids.join(', ')}` };
  });
  return { single, together };
}
