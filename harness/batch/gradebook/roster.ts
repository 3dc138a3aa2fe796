import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { plainLine } from '../../report/plain.ts';
import { UserError } from '../../user-error.ts';
import type { Ids } from '../types.ts';
import { decodeTable, isBinary } from './decode.ts';

/** A student of the course, as an export of the gradebook has them. */
export interface RosterRow {
  /** All cells, by column. */
  readonly cells: { readonly [column: string]: string };
  readonly name: string;
  readonly ids: Ids;
  /** When something was handed in, as far as the export tells. */
  readonly at?: string;
}

export interface Roster {
  readonly file: string;
  readonly kind: 'canvas' | 'moodle' | 'brightspace' | 'plain';
  readonly columns: readonly string[];
  readonly rows: readonly RosterRow[];
}

/** Most characters of a reason: it may quote what was found. */
const LONGEST_REASON = 160;

/** Reads an export of a gradebook, or any table with a heading that names students. */
export async function readRoster(file: string): Promise<Roster> {
  const fail = (what: string): never => {
    throw new UserError({
      where: file,
      what: `the roster ${what}`,
      fix: 'Give the CSV file that the gradebook exports, or one with columns such as name, email, login, id.',
    });
  };
  const bytes = await readFile(file).catch((error: Error) => fail(`can't be read: ${error.message}`));
  const text = decodeTable(bytes);
  if (isBinary(text))
    return fail(
      text.startsWith('PK')
        ? 'is no table, but an Excel workbook or another archive: save it as CSV'
        : 'is no table: it holds binary data',
    );
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
  const kind = kindOf(columns);
  const rows = lines
    .map((line) => Object.fromEntries(columns.map((column, at) => [column, (line[at] ?? '').trim()])))
    .map((cells) => rowOf(cells));
  if (!rows.some(({ name, ids }) => name !== '' || Object.keys(ids).length > 0))
    return fail('names no students');
  return { file, kind, columns, rows };
}

function delimiterOf(text: string): string {
  const [line = ''] = text.split('\n');
  const count = (delimiter: string) => line.split(delimiter).length;
  return [',', ';', '\t'].reduce((a, b) => (count(b) > count(a) ? b : a));
}

function kindOf(columns: readonly string[]): Roster['kind'] {
  if (columns.includes('Student') && columns.includes('ID')) return 'canvas';
  if (columns.includes('Identifier')) return 'moodle';
  if (columns.includes('OrgDefinedId') || columns.includes('End-of-Line Indicator')) return 'brightspace';
  return 'plain';
}

/** Columns that mean the same, in lower case. */
const COLUMNS: Readonly<Record<keyof Ids, readonly string[]>> = {
  canvas: ['id'],
  moodle: ['identifier'],
  sid: ['sis user id', 'orgdefinedid', 'sid', 'student id', 'student number', 'id number', 'number'],
  login: ['sis login id', 'username', 'login', 'user', 'github', 'github_username', 'github username'],
  email: ['email', 'email address', 'e-mail', 'mail'],
  brightspace: [],
  repository: [],
};
const NAMES = ['student', 'full name', 'name', 'student name'];

function rowOf(cells: { readonly [column: string]: string }): RosterRow {
  const lower = new Map(Object.entries(cells).map(([column, value]) => [column.toLowerCase(), value]));
  const first = (names: readonly string[]) => names.map((name) => lower.get(name)).find((value) => value);
  const ids = Object.fromEntries(
    Object.entries(COLUMNS)
      .map(([id, names]) => [id, strip(id, first(names) ?? '')] as const)
      .filter(([, value]) => value !== ''),
  );
  const name = first(NAMES) ?? [lower.get('first name'), lower.get('last name')].filter(Boolean).join(' ');
  const at = timeOf(lower.get('last modified (submission)') ?? '');
  return { cells, name, ids, ...(at === undefined ? {} : { at }) };
}

function strip(id: string, value: string): string {
  // Moodle writes "Participant 123"; Brightspace puts # before ids.
  if (id === 'moodle') return /(\d+)$/.exec(value)?.[1] ?? '';
  return value.replace(/^#/, '');
}

/** "Friday, 20 November 2026, 9:26 PM", in the local time of who exported it. */
function timeOf(text: string): string | undefined {
  const time = Date.parse(text.replace(/^[^\d]*,\s*/, '').replace(',', ''));
  return text === '' || Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
