import type { Json } from '../model/index.ts';
import { suggest } from '../steps/scope.ts';
import type { Problems } from './problems.ts';
import type { ScenarioFile } from './schema.ts';
import type { Path, Tree } from './tree.ts';

export type Row = Readonly<Record<string, Json>>;

const MOST_ROWS = 200;

/**
 * The rows of a matrix: every combination of its values, the last name varying fastest, without those that `exclude`
 * matches, and then those of `include`. One empty row when there is no matrix.
 */
export function matrixRows(matrix: ScenarioFile['matrix'], tree: Tree, problems: Problems): Row[] {
  const { include = [], exclude = [], ...rest } = matrix;
  const lists = Object.entries(rest);
  const names = [...new Set([...lists.map(([name]) => name), ...include.flatMap(Object.keys)])];
  const complain = (path: Path, message: string, fix: string, part: 'key' | 'value' = 'value') =>
    problems.add(tree, ['matrix', ...path], message, fix, { part });
  const count = lists.reduce((product, [, values]) => product * values.length, 1);
  if (count > MOST_ROWS) {
    problems.add(tree, ['matrix'], `the matrix has ${count} rows, more than ${MOST_ROWS}`, 'leave some out', {
      part: 'key',
    });
    return [];
  }
  let rows: Row[] = lists.length === 0 && include.length > 0 ? [] : [{}];
  for (const [name, values] of lists)
    rows = rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value })));
  for (const [index, wanted] of exclude.entries()) {
    const unknown = Object.keys(wanted).find((name) => !names.includes(name));
    const left = rows.filter((row) => !Object.entries(wanted).every(([name, value]) => row[name] === value));
    if (unknown !== undefined)
      complain(['exclude', index, unknown], `unknown name "${unknown}"`, suggest(unknown, names), 'key');
    else if (left.length === rows.length)
      complain(['exclude', index], 'no row matches this', 'remove it, or fix its values');
    rows = left;
  }
  for (const [index, row] of include.entries()) {
    const missing = names.filter((name) => row[name] === undefined);
    if (missing.length > 0)
      complain(
        ['include', index],
        `this row has no value for ${missing.join(' and ')}`,
        `add ${missing[0]}: …`,
      );
  }
  rows.push(...include);
  if (rows.length === 0) complain([], 'no row of the matrix is left', 'exclude less', 'key');
  return rows;
}

/** `size=512, newline=crlf`; empty for the row of a scenario without a matrix. */
export function rowLabel(row: Row): string {
  return Object.entries(row)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(', ');
}
