import type { Ids, Student } from '../types.ts';
import type { RosterRow } from './roster.ts';

/** The rows that ids say a student is. */
type Rule = (own: Ids, rows: readonly RosterRow[]) => readonly RosterRow[];

/** How ids are compared, the most reliable first. */
export const ID_RULES: readonly Rule[] = [
  byRepository,
  (own, rows) => rows.filter(({ ids }) => KINDS.some((kind) => isSame(own[kind], ids[kind]))),
  (own, rows) => rows.filter(({ ids }) => shares(personal(own), personal(ids))),
  (own, rows) =>
    rows.filter(({ ids }) => shares(mailbox(own), named(ids)) || shares(named(own), mailbox(ids))),
  byEndOfRepository,
];

const KINDS = ['canvas', 'moodle', 'sid', 'login', 'email'] as const;

function lower(...ids: readonly (string | undefined)[]): string[] {
  return ids.flatMap((id) => (id === undefined ? [] : [id.toLowerCase()]));
}

/** What people log in with: systems differ in which of these they call what. */
const personal = ({ sid, login, email }: Ids) => lower(sid, login, email);
const named = ({ sid, login }: Ids) => lower(sid, login);
const mailbox = ({ email }: Ids) => lower(email?.replace(/@.*$/, ''));

/**
 * Repositories end in the login. The login that was cut from one may be too short, where all begin alike: a row with a
 * longer end is as good as the one that has it.
 */
function byRepository(own: Ids, rows: readonly RosterRow[]): readonly RosterRow[] {
  const least = own.login?.length ?? 0;
  return endsOf(own, rows).filter(
    (row, _, [longest]) =>
      loginLength(row) >= least &&
      (isSame(row.ids.login, longest?.ids.login) || isSame(row.ids.login, own.login)),
  );
}

/** Where repositories of several assignments lie together, their logins are shorter than what was cut. */
function byEndOfRepository(own: Ids, rows: readonly RosterRow[]): readonly RosterRow[] {
  return endsOf(own, rows).filter((row, _, [longest]) => isSame(row.ids.login, longest?.ids.login));
}

/** The rows with whose login the repository ends, the longest first. */
function endsOf({ repository }: Ids, rows: readonly RosterRow[]): RosterRow[] {
  const [end = ''] = lower(repository);
  return rows
    .filter(({ ids: { login = '' } }) => login !== '' && end.endsWith(`-${login.toLowerCase()}`))
    .sort((a, b) => loginLength(b) - loginLength(a));
}

function loginLength({ ids }: RosterRow): number {
  return ids.login?.length ?? 0;
}

/** Why a row that was found by an id may be somebody else's. */
export function doubtOf(student: Student, row: RosterRow): string | undefined {
  if (contradicts(student, row)) return 'the id is the same, the name is not';
  const { login = '', repository } = student.ids;
  return repository !== undefined && row.ids.login !== undefined && loginLength(row) < login.length
    ? `the repository ends in ${row.ids.login}, but this may be the end of a longer login`
    : undefined;
}

/** Whether a name is that of a row: all words in any order, or joined as Canvas does. */
export function hasName({ name }: Student, row: RosterRow): boolean {
  if (name === undefined || row.name === '') return false;
  const own = words(name);
  const theirs = words(row.name);
  if (own.length === 0) return false;
  // Canvas leaves no spaces in file names: the last name, then the first.
  const joined = own.join('');
  const turned = [...theirs.slice(-1), ...theirs.slice(0, -1)];
  return (
    [...own].sort().join(' ') === [...theirs].sort().join(' ') ||
    joined === theirs.join('') ||
    joined === turned.join('')
  );
}

/** Whether a name can hardly be that of a row: not one word in common, though both are written in the same letters. */
export function contradicts({ name, ids }: Student, row: RosterRow): boolean {
  // What a folder is called may be an id.
  if (name === undefined || personal(ids).includes(name.toLowerCase())) return false;
  const [own, theirs] = [words(name), words(row.name)];
  if (own.length === 0 || theirs.length === 0) return false;
  if (isLatin(own) !== isLatin(theirs)) return false;
  const [joined = ''] = own;
  const meets =
    own.length === 1
      ? (word: string) => word.length > 1 && (joined.startsWith(word) || joined.endsWith(word))
      : (word: string) => own.includes(word);
  return !theirs.some(meets) && own.join('') !== theirs.join('');
}

function isLatin(names: readonly string[]): boolean {
  return names.every((word) => /^[\p{Script=Latin}\p{N}]+$/u.test(word));
}

function words(name: string): string[] {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

function isSame(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && a.toLowerCase() === b?.toLowerCase();
}

function shares(own: readonly string[], theirs: readonly string[]): boolean {
  return own.some((id) => theirs.includes(id));
}
