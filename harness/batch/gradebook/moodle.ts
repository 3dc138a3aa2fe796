import { csv } from '../../base/csv.ts';
import { type Book, gradeCell, identityOf, pointsCell } from './book.ts';

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
  const { rows, roster } = book;
  if (roster?.worksheet !== undefined) {
    const { grade, modified } = roster.worksheet;
    // Moodle refuses a worksheet that lacks one of these.
    const columns = [...new Set([...roster.columns, grade, modified])];
    const lines = roster.rows.map((row) =>
      columns.map((column) => (column === grade ? gradeCell(book, row, column) : (row.cells[column] ?? ''))),
    );
    return csv([columns, ...lines]);
  }
  const lines = rows.map((row) => {
    const { name, ids } = identityOf(row);
    const comment = row.grade === undefined ? '' : (row.lateness.late?.summary ?? '');
    return [
      `Participant ${ids.moodle ?? ''}`,
      name,
      ids.email ?? '',
      pointsCell(book, row.grade),
      '',
      comment,
    ];
  });
  return csv([OWN, ...lines]);
}
