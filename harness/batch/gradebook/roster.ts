import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { UserError } from '../../base/user-error.ts';
import { plainLine } from '../../report/plain.ts';
import type { Ids } from '../types.ts';
import { kindOf, type RosterKind, studentOf } from './columns.ts';
import { decodeTable, isBinary } from './decode.ts';
import { type Worksheet, worksheetOf } from './worksheet.ts';

/** A student of the course, as an export of the gradebook has them. */
export interface RosterRow {
  /** All cells, by column. */
  readonly cells: { readonly [column: string]: string };
  readonly name: string;
  readonly ids: Ids;
  /** When something was handed in, as far as the export tells. */
  readonly at?: string;
  /** The groups that the student is in. */
  readonly teams?: readonly string[];
}

export interface Roster {
  readonly file: string;
  readonly kind: RosterKind;
  /** The headings of Moodle's worksheet, if it is one. */
  readonly worksheet?: Worksheet;
  readonly columns: readonly string[];
  readonly rows: readonly RosterRow[];
}

/** Most characters of a reason: it may quote what was found. */
const LONGEST_REASON = 160;
const USUAL =
  'Give the CSV file that the gradebook exports, or one with columns such as name, email, login, id.';
const ENGLISH_ONLY = 'Switch Moodle to English and download it again; import the grades in English, too.';

/** Reads an export of a gradebook, or any table with a heading that names students. */
export async function readRoster(file: string): Promise<Roster> {
  const fail = (what: string, fix = USUAL): never => {
    throw new UserError({ where: file, what: `the roster ${what}`, fix });
  };
  const bytes = await readFile(file).catch((error: Error) => fail(`can't be read: ${error.message}`));
  // Excel has a first line of its own to say what separates cells.
  const text = decodeTable(bytes).replace(/^"?sep=."?\r?\n/i, '');
  if (isBinary(text))
    return text.startsWith('PK')
      ? fail('is no table, but an Excel workbook or another archive', 'Save the workbook as CSV.')
      : fail('is no table: it holds binary data');
  let table: string[][];
  try {
    table = parse(text, {
      delimiter: delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: true,
    });
  } catch (error) {
    return fail(`can't be read as a table: ${plainLine((error as Error).message, LONGEST_REASON)}`);
  }
  const [heading = [], ...lines] = table;
  const columns = heading.map((column) => column.trim());
  const found = worksheetOf(columns, lines);
  const worksheet = found === 'unknown' ? undefined : found;
  const kind = kindOf(columns, worksheet);
  const rows = lines
    .map((line) => Object.fromEntries(columns.map((column, at) => [column, (line[at] ?? '').trim()])))
    .map((cells) => studentOf(cells, kind, worksheet));
  if (found === 'unknown' && rows.every(({ name }) => name === ''))
    return fail("is Moodle's grading worksheet in a language that is not understood", ENGLISH_ONLY);
  if (!rows.some(({ name, ids }) => name !== '' || Object.keys(ids).length > 0))
    return fail('names no students');
  return { file, kind, columns, rows, ...(worksheet === undefined ? {} : { worksheet }) };
}

function delimiterOf(text: string): string {
  const [line = ''] = text.split('\n');
  const count = (delimiter: string) => line.split(delimiter).length;
  return [',', ';', '\t'].reduce((a, b) => (count(b) > count(a) ? b : a));
}
