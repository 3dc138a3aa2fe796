import { csv } from '../../base/csv.ts';
import { type Book, gradeCell, identityOf, pointsCell } from './book.ts';

const END = 'End-of-Line Indicator';
const KEPT = ['OrgDefinedId', 'Username', 'Last Name', 'First Name', 'Email'];

/** Brightspace: `OrgDefinedId` or `Username`, `<item> Points Grade`, and a `#` at the end of each line. */
export function brightspaceGradebook(book: Book): string {
  const { rows, roster } = book;
  const column = / Points Grade\b/.test(book.column) ? book.column : `${book.column} Points Grade`;
  if (roster?.kind === 'brightspace') {
    const columns = roster.columns.filter((name) => KEPT.includes(name));
    const lines = roster.rows.map((row) => [
      ...columns.map((name) => row.cells[name] ?? ''),
      gradeCell(book, row, column),
      '#',
    ]);
    return csv([[...columns, column, END], ...lines]);
  }
  const lines = rows.map((row) => {
    const { sid = '', login = '' } = identityOf(row).ids;
    return [sid, login, pointsCell(book, row.grade), '#'];
  });
  return csv([['OrgDefinedId', 'Username', column, END], ...lines]);
}
