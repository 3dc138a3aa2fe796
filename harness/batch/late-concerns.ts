import type { Manifest } from './manifest.ts';

interface Told {
  readonly who: string;
  readonly what: string;
}

/** Submissions that a late policy could not be applied to: those marked as late one by one, the others together. */
export function lateConcerns({
  submissions,
  lateness,
  source,
}: Pick<Manifest, 'submissions' | 'lateness' | 'source'>): {
  readonly single: readonly Told[];
  readonly together: readonly Told[];
} {
  const single: Told[] = [];
  const others = new Map<string, string[]>();
  for (const { id, late, at } of submissions) {
    const open = lateness[id]?.open;
    if (open === undefined) continue;
    if (late) {
      single.push({ who: id, what: open });
      continue;
    }
    const isWorksheetNeeded = at === undefined && source === 'moodle';
    const what = isWorksheetNeeded ? `${open}. Moodle's grading worksheet has the times: --roster` : open;
    others.set(what, [...(others.get(what) ?? []), id]);
  }
  const together = [...others].map(([what, ids]) => {
    if (ids.length === submissions.length) return { who: 'all submissions', what };
    if (ids.length === 1) return { who: ids[0] ?? '', what };
    return { who: `${ids.length} submissions`, what: `${what}: ${ids.join(', ')}` };
  });
  return { single, together };
}
