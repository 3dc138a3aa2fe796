import { defined } from '../../base/defined.ts';
import { UserError } from '../../base/user-error.ts';
import { kindOf, type RosterKind, type RosterRow, studentOf } from './columns.ts';
import { readTable } from './read-table.ts';
import { type Worksheet, worksheetOf } from './worksheet.ts';

export interface Roster {
  readonly file: string;
  readonly kind: RosterKind;
  /** The headings of Moodle's worksheet, if it is one. */
  readonly worksheet?: Worksheet;
  readonly columns: readonly string[];
  readonly rows: readonly RosterRow[];
}

/** Longer cells than this name no student, and say nothing of what a table is; they stay in it as they are. */
const LONGEST_CELL = 500;
const USUAL =
  'Give the CSV file that the gradebook exports, or one with columns such as name, email, login, id.';
const ENGLISH_ONLY = 'Switch Moodle to English and download it again; import the grades in English, too.';

/** Reads an export of a gradebook, or any table with a heading that names students. */
export async function readRoster(file: string): Promise<Roster> {
  const fail = (what: string, fix = USUAL): never => {
    throw new UserError({ where: file, what: `the roster ${what}`, fix });
  };
  const { columns, lines } = readTable(file, 'the roster', USUAL);
  const short = (cell: string) => (cell.length > LONGEST_CELL ? '' : cell);
  const found = worksheetOf(
    columns.map(short),
    lines.map(({ cells }) => cells.map(short)),
  );
  const worksheet = found === 'unknown' ? undefined : found;
  const kind = kindOf(columns, worksheet);
  const rows = lines.map(({ cells: own }) => {
    const cells = Object.fromEntries(columns.map((column, at) => [column, own[at] ?? '']));
    const read = Object.fromEntries(columns.map((column, at) => [column, short(own[at] ?? '')]));
    return { ...studentOf(read, kind, worksheet), cells };
  });
  if (found === 'unknown' && rows.every(({ name }) => name === ''))
    return fail("is Moodle's grading worksheet in a language that is not understood", ENGLISH_ONLY);
  if (!rows.some(({ name, ids }) => name !== '' || Object.keys(ids).length > 0))
    return fail('names no students');
  return { file, kind, columns, rows, ...defined({ worksheet }) };
}
