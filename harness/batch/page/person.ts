import type { Concern } from '../attention.ts';
import type { GradeRow } from '../gradebook/row.ts';

/** By submission, why a person should look at it. */
export function personNeeded(
  rows: readonly GradeRow[],
  concerns: readonly Concern[],
): ReadonlyMap<string, readonly string[]> {
  const known = new Set(rows.map(({ submission }) => submission.id));
  const needed = new Map<string, string[]>();
  for (const { who, submission = who, what } of concerns)
    if (known.has(submission)) needed.set(submission, [...(needed.get(submission) ?? []), what]);
  for (const { submission, open } of rows)
    if (open !== undefined && !needed.has(submission.id)) needed.set(submission.id, [`no grade: ${open}`]);
  return needed;
}

/** By submission, the id of its first row in the page. */
export function rowIds(rows: readonly GradeRow[]): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  rows.forEach(({ submission }, at) => {
    if (!places.has(submission.id)) places.set(submission.id, rowId(at));
  });
  return places;
}

/** The id in the page of the row at this place. */
export function rowId(at: number): string {
  return `row-${at}`;
}
