import { type Book, rowOf } from './book.ts';
import { csv, grade } from './cell.ts';

const OWN = [
  'Identifier',
  'Full name',
  'Email address',
  'Grade',
  'Last modified (grade)',
  'Feedback comments',
];

/** Moodle's worksheet for grading offline: its own columns with `Grade` filled in, found again by `Identifier`. */
export function moodleGradebook(book: Book): string {
  const { rows, roster, scale } = book;
  const points = (grades: number | undefined) => grade(grades === undefined ? undefined : grades * scale);
  if (roster?.kind === 'moodle') {
    const lines = roster.rows.map((row) =>
      roster.columns.map((column) => {
        const given = rowOf(book, row)?.grade;
        return column === 'Grade' && given !== undefined ? points(given) : (row.cells[column] ?? '');
      }),
    );
    return csv([roster.columns, ...lines]);
  }
  const lines = rows.map(({ student, roster: row, grade: grades, lateness, result }) => {
    const ids = { ...row?.ids, ...student.ids };
    const comment = result === undefined || grades === undefined ? '' : (lateness.late?.summary ?? '');
    const participant = ids.moodle === undefined ? '' : `Participant ${ids.moodle}`;
    return [participant, row?.name || (student.name ?? ''), ids.email ?? '', points(grades), '', comment];
  });
  return csv([OWN, ...lines]);
}
