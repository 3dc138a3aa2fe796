import type { ManifestScenario } from '../manifest.ts';
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
  /** Grades are multiplied by it. */
  readonly scale: number;
}

/** The student of a row of the roster. */
export function rowOf({ rows }: Book, row: RosterRow): GradeRow | undefined {
  return rows.find(({ roster }) => roster === row);
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
