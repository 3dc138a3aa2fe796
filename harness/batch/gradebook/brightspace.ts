import { type Book, rowOf } from './book.ts';
import { csv, grade } from './cell.ts';

const END = 'End-of-Line Indicator';
const KEPT = ['OrgDefinedId', 'Username', 'Last Name', 'First Name', 'Email'];

/** Brightspace: `OrgDefinedId` or `Username`, `<item> Points Grade`, and a `#` at the end of each line. */
export function brightspaceGradebook(book: Book): string {
  const { rows, roster, scale } = book;
  const column = / Points Grade\b/.test(book.column) ? book.column : `${book.column} Points Grade`;
  const points = (grades: number | undefined) => grade(grades === undefined ? undefined : grades * scale);
  if (roster?.kind === 'brightspace') {
    const columns = roster.columns.filter((name) => KEPT.includes(name));
    const lines = roster.rows.map((row) => [
      ...columns.map((name) => row.cells[name] ?? ''),
      points(rowOf(book, row)?.grade),
      '#',
    ]);
    return csv([[...columns, column, END], ...lines]);
  }
  const lines = rows.map(({ student, roster: row, grade: grades }) => {
    const ids = { ...row?.ids, ...student.ids };
    return [ids.sid ?? '', ids.login ?? '', points(grades), '#'];
  });
  return csv([['OrgDefinedId', 'Username', column, END], ...lines]);
}
