import type { Ids, Student } from '../types.ts';
import type { RosterRow } from './columns.ts';
import { nameKeys, words } from './names.ts';

type Rows = readonly RosterRow[];

/** A way in which ids lead to rows. */
interface Rule {
  /** What a row is found by. */
  readonly keys: (row: Ids) => readonly string[];
  /** The rows of a student, found by such keys. */
  readonly find: (own: Ids, rowsOf: (key: string) => Rows) => Rows;
}

/** How ids are compared, the most reliable first. */
export const ID_RULES: readonly Rule[] = [
  // The login that was cut from a repository may be too short, where all begin alike: a longer end is as good.
  {
    keys: logins,
    find: (own, rowsOf) => {
      const [login] = logins(own);
      const longest = firstOf(ends(own, login?.length), rowsOf);
      return own.repository === undefined || login === undefined ? [] : [...longest, ...rowsOf(login)];
    },
  },
  byKeys((ids) => KINDS.flatMap((kind) => lower(ids[kind]).map((id) => `${kind} ${id}`))),
  // What people log in with; systems differ in which of these they call what.
  byKeys(({ sid, login, email }) => lower(sid, login, email)),
  byKeys(
    (own) => [...mailbox(own).map((id) => `from ${id}`), ...named(own).map((id) => `to ${id}`)],
    (row) => [...named(row).map((id) => `from ${id}`), ...mailbox(row).map((id) => `to ${id}`)],
  ),
  // Where repositories of several assignments lie together, logins are shorter than what was cut.
  { keys: logins, find: (own, rowsOf) => firstOf(ends(own), rowsOf) },
];

const KINDS = ['canvas', 'moodle', 'sid', 'login', 'email'] as const;

function byKeys(own: (ids: Ids) => readonly string[], row = own): Rule {
  return { keys: row, find: (ids, rowsOf) => own(ids).flatMap(rowsOf) };
}

function lower(...ids: readonly (string | undefined)[]): string[] {
  return ids.flatMap((id) => (id === undefined ? [] : [id.toLowerCase()]));
}

function logins({ login }: Ids): string[] {
  return lower(login);
}

function named({ sid, login }: Ids): string[] {
  return lower(sid, login);
}

function mailbox({ email }: Ids): string[] {
  return lower(email?.replace(/@.*$/, ''));
}

/** What a repository ends in, the longest first. */
function ends({ repository }: Ids, least = 1): string[] {
  const parts = lower(repository).flatMap((name) => name.split('-'));
  return parts.map((_, at) => parts.slice(at + 1).join('-')).filter(({ length }) => length >= least);
}

function firstOf(keys: readonly string[], rowsOf: (key: string) => Rows): Rows {
  return keys.map(rowsOf).find(({ length }) => length > 0) ?? [];
}

/** Finds the rows of a student by a rule. */
export function finder(rule: Rule, rows: Rows): (own: Ids) => Rows {
  const rowsOf = index(rows, ({ ids }) => rule.keys(ids));
  return (own) => [...new Set(rule.find(own, rowsOf))];
}

/** Finds the rows that have a student's name: all words in any order, or joined as Canvas does. */
export function nameFinder(rows: Rows): (student: Student) => Rows {
  const rowsOf = index(rows, ({ name }) => nameKeys(name).theirs);
  return ({ name = '' }) => [...new Set(nameKeys(name).own.flatMap(rowsOf))];
}

function index(rows: Rows, keys: (row: RosterRow) => readonly string[]): (key: string) => Rows {
  const found = new Map<string, RosterRow[]>();
  for (const row of rows)
    for (const key of new Set(keys(row))) {
      const others = found.get(key);
      if (others === undefined) found.set(key, [row]);
      else others.push(row);
    }
  return (key) => found.get(key) ?? [];
}

/** Whether a name can hardly be that of a row: not one word in common, though both are written in the same letters. */
export function contradicts({ name, ids }: Student, row: RosterRow): boolean {
  // What a folder is called may be an id.
  if (name === undefined || [...named(ids), ...lower(ids.email)].includes(name.toLowerCase())) return false;
  const [own, theirs] = [words(name), words(row.name)];
  if (own.length === 0 || theirs.length === 0) return false;
  // Moodle has one name of each for both, but other systems may write it in other letters.
  if (isLatin(own) !== isLatin(theirs)) return ids.moodle !== undefined;
  const [joined = ''] = own;
  const meets =
    own.length === 1
      ? (word: string) => word.length > 1 && (joined.startsWith(word) || joined.endsWith(word))
      : (word: string) => own.some((one) => one === word || isInitial(one, word) || isInitial(word, one));
  return !theirs.some(meets) && own.join('') !== theirs.join('');
}

/** Whether a name has a word in common with that of a row, which is more than that it does not contradict it. */
export function agrees({ name = '' }: Student, row: RosterRow): boolean {
  const theirs = words(row.name);
  return words(name).some((word) => /\p{L}{2}/u.test(word) && theirs.includes(word));
}

function isInitial(letter: string, word: string): boolean {
  return /^\p{L}$/u.test(letter) && word.startsWith(letter);
}

function isLatin(names: readonly string[]): boolean {
  return names.every((word) => /^[\p{Script=Latin}\p{N}]+$/u.test(word));
}

/** Why a row that was found by an id may be another's, though the name does not speak against it. */
export function doubtOf(student: Student, row: RosterRow): string | undefined {
  const { login = '', repository } = student.ids;
  return repository !== undefined && row.ids.login !== undefined && row.ids.login.length < login.length
    ? `the repository ends in ${row.ids.login}, but this may be the end of a longer login`
    : undefined;
}

/** Tells whether a roster has a student of a name or with a login, number or address. */
export function isStudentOf({ rows }: { readonly rows: Rows }): (text: string) => boolean {
  const withName = nameFinder(rows);
  const finders = ID_RULES.map((rule) => finder(rule, rows));
  return (text) => {
    const ids = { login: text, ...(text.includes('@') ? { email: text } : {}) };
    return withName({ name: text, ids }).length > 0 || finders.some((find) => find(ids).length > 0);
  };
}
