import { type Book, rowOf } from './book.ts';
import { csv, grade } from './cell.ts';
import { isExtra } from './match.ts';

const OWN = ['Student', 'ID', 'SIS User ID', 'SIS Login ID', 'Section'];
const KEPT = [...OWN, 'Root Account', 'Integration ID'];

/** Canvas: `Student,ID,SIS User ID,SIS Login ID,Section` and the assignment; all rows of its export, in its order. */
export function canvasGradebook(book: Book): string {
  const { rows, roster, column, maxPoints, scale } = book;
  const points = (grades: number | undefined) => grade(grades === undefined ? undefined : grades * scale);
  if (roster?.kind === 'canvas') {
    const columns = roster.columns.filter((name) => KEPT.includes(name));
    const lines = roster.rows.map((row) => {
      const value = /points possible/i.test(row.name)
        ? grade(maxPoints * scale)
        : points(rowOf(book, row)?.grade);
      return [
        ...columns.map((name) => row.cells[name] ?? ''),
        isExtra(row.name) && value === '' ? '' : value,
      ];
    });
    return csv([[...columns, column], ...lines]);
  }
  const lines = rows.map(({ student, roster: row, grade: grades }) => {
    const ids = { ...row?.ids, ...student.ids };
    const name = row?.name || (student.name ?? '');
    return [name, ids.canvas ?? '', ids.sid ?? '', ids.login ?? '', '', points(grades)];
  });
  return csv([[...OWN, column], ['Points Possible', '', '', '', '', grade(maxPoints * scale)], ...lines]);
}
