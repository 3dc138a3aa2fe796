import { isDeepStrictEqual } from 'node:util';
import { defined } from '../base/defined.ts';
import type { GradeRow } from './gradebook/row.ts';
import { groupBy } from './intake/group-by.ts';
import type { Manifest } from './manifest.ts';
import type { ReportNotes } from './student-files.ts';

/** What the report of each submission says beside its verdicts: of a group only what is decided for all of it. */
export function notesOf(
  { lateness }: Pick<Manifest, 'lateness'>,
  rows: readonly GradeRow[],
): ReadonlyMap<string, ReportNotes> {
  const notes = new Map<string, ReportNotes>();
  for (const [id, own] of groupBy(rows, ({ submission }) => submission.id)) {
    const [first, ...others] = own;
    if (first?.result === undefined) continue;
    const isAlike = others.every(({ setByStaff }) => isDeepStrictEqual(setByStaff, first.setByStaff));
    const overrides = isAlike ? first.setByStaff : undefined;
    const isSaid = others.every(({ comments }) => isDeepStrictEqual(comments, first.comments));
    const comments = isSaid ? first.comments : undefined;
    const isWhole = overrides?.some(({ scenario }) => scenario === undefined) ?? false;
    const late = isWhole ? undefined : lateness[id]?.late;
    notes.set(id, {
      ...defined({ late, overrides, comments }),
    });
  }
  return notes;
}
