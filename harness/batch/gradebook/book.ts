import type { ManifestScenario } from '../manifest.ts';
import type { Ids } from '../types.ts';
import type { RosterRow } from './columns.ts';
import { grade } from './grade.ts';
import type { Roster } from './roster.ts';
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
 * The grade for a row of the roster. As long as there is none, the cell stays as it is: systems that import the file take
 * an empty one for a change, and would erase what a person has given.
 */
export function gradeCell(book: Book, row: RosterRow, column: string): string {
  const given = book.rows.find(({ roster }) => roster === row)?.grade;
  return given === undefined ? (row.cells[column] ?? '') : pointsCell(book, given);
}

/** What a student is called: the roster, which the gradebook's own system made, goes before what was handed in. */
export function identityOf({ student, roster }: GradeRow): { readonly name: string; readonly ids: Ids } {
  return { name: roster?.name || (student.name ?? ''), ids: { ...student.ids, ...roster?.ids } };
}

/** The heading for the grades: as asked for, as the roster has it, or the title of the assignment. */
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

/** Says what grade a row of the roster keeps, where the file for its own system is written and has one. */
export function keptGradeIn(
  { roster, column }: Book,
  written: readonly { readonly file: string; readonly content?: string }[],
): (row: RosterRow) => string {
  const own = written.find(
    ({ file, content }) => content !== undefined && file.includes(`-${roster?.kind}.`),
  );
  const name = roster?.worksheet?.grade ?? column;
  return ({ cells }) => {
    const grade = cells[name] ?? '';
    return own === undefined || grade === '' ? '' : `; keeps the grade of the export: ${grade}`;
  };
}
