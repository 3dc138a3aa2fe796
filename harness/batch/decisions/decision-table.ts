import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { csvFile } from '../../base/csv.ts';
import { UserError } from '../../base/user-error.ts';
import { readTable } from '../gradebook/read-table.ts';
import { put } from '../student-files.ts';

/** A line of a table in which people write what they decide: cells by column, further columns of theirs included. */
export interface DecisionLine {
  readonly cells: { readonly [column: string]: string };
  /** Where it stands in the file, counted from 1. */
  readonly line: number;
}

/** What such a table is called, and has as columns, the first of which must be there. */
export interface DecisionTable {
  readonly name: string;
  readonly columns: readonly string[];
}

/** The lines of a table; none where there is no such file. Throws a UserError when it can't be read or lacks a column. */
export function readDecisionLines(file: string, { name, columns }: DecisionTable): readonly DecisionLine[] {
  if (!existsSync(file)) return [];
  const fix = `Its heading is ${columns.join(',')}.`;
  const table = readTable(file, name, fix);
  const headings = table.columns.map((column) => column.toLowerCase());
  const [key = ''] = columns;
  if (!headings.includes(key))
    throw new UserError({ where: file, what: `${name} has no column "${key}"`, fix });
  return table.lines.map(({ cells, line }) => ({
    cells: Object.fromEntries(headings.map((column, at) => [column, withoutMark(cells[at] ?? '')])),
    line,
  }));
}

/** An apostrophe keeps spreadsheets from running a cell, and is no part of it. */
function withoutMark(cell: string): string {
  return cell.replace(/^'(?=[\s"]*[=+\-@])/, '');
}

/** Writes a table, in one step and only where it says something new. Further columns of people stay. */
export async function writeDecisionLines(
  file: string,
  { columns }: DecisionTable,
  lines: readonly DecisionLine['cells'][],
): Promise<void> {
  const others = new Set(lines.flatMap((cells) => Object.keys(cells)));
  const all = [...new Set([...columns, ...others])].filter((column) => column !== '');
  const text = csvFile([all, ...lines.map((cells) => all.map((column) => cells[column] ?? ''))]);
  const before = await readFile(file, 'utf8').catch(() => undefined);
  if (before !== text) await put(file, text);
}
