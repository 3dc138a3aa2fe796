import { csv } from '../../base/csv.ts';
import { type Book, gradeCell, identityOf, pointsCell } from './book.ts';
import type { RosterRow } from './columns.ts';
import { commentFor } from './comments.ts';

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
    const { grade, modified, feedback } = roster.worksheet;
    // Moodle refuses a worksheet that lacks one of these.
    const columns = [...new Set([...roster.columns, grade, modified])];
    const lines = roster.rows.map((row) =>
      columns.map((column) => {
        if (column === grade) return gradeCell(book, row, column);
        return column === feedback ? feedbackCell(book, row, column) : (row.cells[column] ?? '');
      }),
    );
    return csv([columns, ...lines]);
  }
  const lines = rows.map((row) => {
    const { name, ids } = identityOf(row);
    const late = row.grade === undefined ? '' : (row.lateness.late?.summary ?? '');
    const comment = [late, commentFor(row, book.scenarios)].filter((part) => part !== '').join(' ');
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

/** The comments of staff; without any, what Moodle has already stays. */
function feedbackCell({ rows, scenarios }: Book, row: RosterRow, column: string): string {
  const own = rows.find(({ roster }) => roster === row);
  const comment = own === undefined ? '' : commentFor(own, scenarios);
  return comment === '' ? (row.cells[column] ?? '') : comment;
}
