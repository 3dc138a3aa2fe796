import { csv } from '../../base/csv.ts';
import { type Book, gradeCell, identityOf, pointsCell } from './book.ts';

const OWN = ['Student', 'ID', 'SIS User ID', 'SIS Login ID', 'Section'];
const KEPT = [...OWN, 'Root Account', 'Integration ID'];

/** Canvas: `Student,ID,SIS User ID,SIS Login ID,Section` and the assignment; all rows of its export, in its order. */
export function canvasGradebook(book: Book): string {
  const { rows, roster, column, maxPoints } = book;
  const possible = pointsCell(book, maxPoints);
  if (roster?.kind === 'canvas') {
    const columns = roster.columns.filter((name) => KEPT.includes(name));
    const lines = roster.rows.map((row) => [
      ...columns.map((name) => row.cells[name] ?? ''),
      /points possible/i.test(row.name) ? possible : gradeCell(book, row, column),
    ]);
    return csv([[...columns, column], ...lines]);
  }
  const lines = rows.map((row) => {
    const { name, ids } = identityOf(row);
    return [name, ids.canvas ?? '', ids.sid ?? '', ids.login ?? '', '', pointsCell(book, row.grade)];
  });
  return csv([[...OWN, column], ['Points Possible', '', '', '', '', possible], ...lines]);
}
