import type { ManifestScenario } from '../manifest.ts';
import type { Ids } from '../types.ts';
import { grade } from './cell.ts';
import type { Roster, RosterRow } from './roster.ts';
import type { GradeRow } from './row.ts';

/** What gradebooks are made from. */
export interface Book {
  readonly rows: readonly GradeRow[];
  readonly scenarios: readonly ManifestScenario[];
  readonly roster: Roster | undefined;
  /** The heading of the column with the grades. */
  readonly column: string;
  readonly maxPoints: number;
  /** All points are multiplied by it. */
  readonly scale: number;
}

/** Points, scaled; nothing where there are none. */
export function pointsCell({ scale }: Book, points: number | undefined): string {
  return grade(points === undefined ? undefined : points * scale);
}

/**
 * The grade for a row of the roster: empty as long as there is none, and where nobody handed anything in, what the roster
 * has.
 */
export function gradeCell(book: Book, row: RosterRow, column: string): string {
  const handed = book.rows.find(({ roster }) => roster === row);
  return handed === undefined ? (row.cells[column] ?? '') : pointsCell(book, handed.grade);
}

/** What a student is called: the roster, which the gradebook's own system made, goes before what was handed in. */
export function identityOf({ student, roster }: GradeRow): { readonly name: string; readonly ids: Ids } {
  return { name: roster?.name || (student.name ?? ''), ids: { ...student.ids, ...roster?.ids } };
}

/** The heading for the grades: as told, as the roster has it, or the title of the assignment. */
export function columnOf(title: string, roster: Roster | undefined, wanted: string | undefined): string {
  const name = wanted ?? title;
  // Canvas puts the number of the assignment behind its title, Brightspace what kind of grade it is.
  const bare = (column: string) =>
    column
      .replace(/ Points Grade\b.*$/, '')
      .replace(/ \(\d+\)$/, '')
      .trim()
      .toLowerCase();
  return (
    roster?.columns.find((column) => column === name || bare(column) === name.trim().toLowerCase()) ?? name
  );
}
