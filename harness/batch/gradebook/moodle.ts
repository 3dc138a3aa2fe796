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

/** Moodle's worksheet for grading offline: its own columns with the grades filled in, found again by its identifiers. */
export function moodleGradebook(book: Book): string {
  const { rows, roster, scale } = book;
  const points = (grades: number | undefined) => grade(grades === undefined ? undefined : grades * scale);
  if (roster?.worksheet !== undefined) {
    const { grade: graded, modified } = roster.worksheet;
    // Moodle refuses a worksheet that lacks one of these.
    const columns = [...new Set([...roster.columns, graded, modified])];
    const lines = roster.rows.map((row) => {
      const handed = rowOf(book, row);
      return columns.map((column) =>
        column === graded && handed !== undefined ? points(handed.grade) : (row.cells[column] ?? ''),
      );
    });
    return csv([columns, ...lines]);
  }
  const lines = rows.map(({ student, roster: row, grade: grades, lateness, result }) => {
    const ids = { ...row?.ids, ...student.ids };
    const comment = result === undefined || grades === undefined ? '' : (lateness.late?.summary ?? '');
    const participant = ids.moodle === undefined ? '' : `Participant ${ids.moodle}`;
    return [participant, row?.name || (student.name ?? ''), ids.email ?? '', points(grades), '', comment];
  });
  return csv([OWN, ...lines]);
}
