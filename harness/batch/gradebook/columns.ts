import { defined } from '../../base/defined.ts';
import type { Ids } from '../types.ts';
import { localTime } from './local-time.ts';
import type { Worksheet } from './worksheet.ts';

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

/** Headings that mean the same, in lower case, the most telling first. */
const IDS = {
  sid: [
    'sis user id',
    'orgdefinedid',
    'sid',
    'student id',
    'student_id',
    'student number',
    'id number',
    'matrikelnummer',
    'number',
  ],
  login: ['sis login id', 'username', 'login', 'user', 'github', 'github_username', 'github username'],
  email: [
    'email',
    'email address',
    'e-mail',
    'mail',
    'e-mail-adresse',
    'adresse de courriel',
    'dirección de correo',
    'indirizzo email',
    'endereço de e-mail',
    'e-mailadres',
  ],
} as const satisfies { readonly [id in keyof Ids]: readonly string[] };
const NAMES = [
  'student',
  'full name',
  'name',
  'student name',
  'vollständiger name',
  'nom complet',
  'nombre completo',
  'nome completo',
  'volledige naam',
];
const PARTS = [
  ['first name', 'vorname'],
  ['last name', 'surname', 'nachname'],
] as const;

const TEAMS = [
  'group',
  'groups',
  'group name',
  'team',
  'team name',
  'gruppe',
  'gruppen',
  'groupe',
  'groupes',
];
const MORE_TEAMS = ['grupo', 'grupos', 'gruppo', 'gruppi', 'groep', 'groepen'];

/** Whose export a table is, by its headings. */
export type RosterKind = 'canvas' | 'moodle' | 'brightspace' | 'plain';

/** Tells by its headings whose export a table is. */
export function kindOf(columns: readonly string[], worksheet: Worksheet | undefined): RosterKind {
  const has = (...names: readonly string[]) => names.some((name) => columns.includes(name));
  if (has('Student') && has('ID') && has('Section', 'SIS User ID', 'SIS Login ID')) return 'canvas';
  if (worksheet !== undefined) return 'moodle';
  if (has('OrgDefinedId') || (has('Username') && has('End-of-Line Indicator'))) return 'brightspace';
  return 'plain';
}

/** The student that a row is about. */
export function studentOf(
  cells: RosterRow['cells'],
  kind: RosterKind,
  worksheet: Worksheet | undefined,
): RosterRow {
  const lower = new Map(Object.entries(cells).map(([column, value]) => [column.toLowerCase(), value]));
  const first = (names: readonly string[]) => names.map((name) => lower.get(name)).find((value) => value);
  // "id" is a number of Canvas's own in its export alone; elsewhere it is what the university calls a student.
  const ids: { [id in keyof Ids]: string | undefined } = {
    canvas: first(kind === 'canvas' ? ['id'] : ['canvas id', 'canvas_id', 'canvas user id']),
    moodle: /\d+$/.exec(cells[worksheet?.identifier ?? ''] ?? '')?.[0],
    sid: first(kind === 'plain' ? [...IDS.sid, 'id', 'identifier'] : IDS.sid),
    login: first(IDS.login),
    email: first(IDS.email),
  };
  const known = Object.entries(ids)
    // Brightspace puts # before ids.
    .map(([id, value]) => [id, value?.replace(/^#/, '')] as const)
    .filter(([, value]) => value);
  const teams = [...TEAMS, ...MORE_TEAMS].flatMap((name) => teamNames(lower.get(name)));
  const at = localTime(cells[worksheet?.submitted ?? ''] ?? '');
  return {
    cells,
    name: first(NAMES) ?? PARTS.map(first).filter(Boolean).join(' '),
    ids: Object.fromEntries(known),
    ...defined({ at }),
    ...(teams.length === 0 ? {} : { teams }),
  };
}

/** Who is in several groups has them in one cell. */
function teamNames(cell = ''): readonly string[] {
  return cell === '' ? [] : [...new Set([cell, ...cell.split(/[,;]/)])].map((name) => name.trim());
}
