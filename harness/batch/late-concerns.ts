import { zonesUsed } from './late.ts';
import type { Manifest } from './manifest.ts';

interface LateConcern {
  readonly who: string;
  readonly what: string;
}

/** Submissions that a late policy could not be applied to: those marked as late one by one, the others together. */
export function lateConcerns(
  {
    submissions,
    lateness,
    source,
    latePolicy,
  }: Pick<Manifest, 'submissions' | 'lateness' | 'source' | 'latePolicy'>,
  nameOf: (id: string) => string,
): {
  readonly single: readonly { readonly id: string; readonly what: string }[];
  readonly together: readonly LateConcern[];
} {
  const lacksDue = latePolicy ? latePolicy.due === undefined : false;
  const single: { id: string; what: string }[] = [];
  const others = new Map<string, string[]>();
  for (const { id, late, at } of submissions) {
    const open = lateness[id]?.open;
    if (open === undefined) continue;
    if (late) {
      single.push({ id, what: open });
      continue;
    }
    const isWorksheetNeeded = at === undefined && source === 'moodle';
    const worksheet = isWorksheetNeeded ? ". Moodle's grading worksheet has the times: --roster" : '';
    const what = `${open}${lacksDue ? '. Give it with --due, or in the policy' : worksheet}`;
    others.set(what, [...(others.get(what) ?? []), nameOf(id)]);
  }
  const used = zonesUsed(submissions, latePolicy ?? undefined);
  const zones = used === undefined ? [] : [{ who: 'times of submission', what: used }];
  const together = [...others].map(([what, names]) => {
    if (names.length === submissions.length) return { who: 'all submissions', what };
    if (names.length === 1) return { who: names[0] ?? '', what };
    return { who: `${names.length} submissions`, what: `${what}: ${names.join(', ')}` };
  });
  return { single, together: [...zones, ...together] };
}
