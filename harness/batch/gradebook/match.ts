import type { Ids, Student, Submission } from '../types.ts';
import type { Roster, RosterRow } from './roster.ts';

/** A student of a submission. */
export interface Handed {
  readonly submission: Submission;
  readonly student: Student;
}

export interface Matches {
  /** The row of the roster, by student. */
  readonly rows: ReadonlyMap<Student, RosterRow>;
  /** Students whom the roster does not have, and why that is said. */
  readonly unmatched: readonly (Handed & { readonly why: string })[];
  /** Rows of the roster that nobody handed in for. */
  readonly missing: readonly RosterRow[];
}

/** Ids are compared first, then names: only a name that fits one row alone is taken. */
export function matchRoster(submissions: readonly Submission[], roster: Roster): Matches {
  const rows = new Map<Student, RosterRow>();
  const taken = new Set<RosterRow>();
  const unmatched: (Handed & { why: string })[] = [];
  const students = roster.rows.filter(isStudent);
  const handed = submissions.flatMap((submission) =>
    submission.students.map((student) => ({ submission, student })),
  );
  const rest: (Handed & { why?: string })[] = [];
  for (const one of handed) {
    const found = students.filter((row) => sameId(one.student.ids, row.ids));
    const [row] = found;
    if (row === undefined) rest.push(one);
    else if (found.length > 1) unmatched.push({ ...one, why: 'several rows of the roster have this id' });
    else if (taken.has(row))
      unmatched.push({ ...one, why: 'another submission has the same row of the roster' });
    else {
      taken.add(row);
      rows.set(one.student, row);
    }
  }
  const named = rest.map((one) => ({
    one,
    found: students.filter((row) => !taken.has(row) && sameName(one, row)),
  }));
  for (const { one, found } of named) {
    const [row] = found;
    const rivals = named.filter((other) => row !== undefined && other.found.includes(row)).length;
    if (row === undefined) unmatched.push({ ...one, why: 'the roster does not have this student' });
    else if (found.length > 1 || rivals > 1)
      unmatched.push({ ...one, why: 'the name fits several, and there is no id in common' });
    else {
      taken.add(row);
      rows.set(one.student, row);
    }
  }
  return { rows, unmatched, missing: students.filter((row) => !taken.has(row)) };
}

/** When something was handed in, by submission, where the roster tells. */
export function submissionTimes(
  submissions: readonly Submission[],
  roster: Roster,
): ReadonlyMap<string, string> {
  const { rows } = matchRoster(submissions, roster);
  const times = new Map<string, string>();
  for (const { id, students } of submissions) {
    const at = students.map((student) => rows.get(student)?.at).find((time) => time !== undefined);
    if (at !== undefined) times.set(id, at);
  }
  return times;
}

/** Canvas has a row with the points possible, and a student for trying things out. */
export function isStudent({ name, ids }: RosterRow): boolean {
  return (name !== '' || Object.keys(ids).length > 0) && !isExtra(name);
}

/** A row of Canvas's export that is nobody's. */
export function isExtra(name: string): boolean {
  return /^\s*points possible$/i.test(name) || name === 'Student, Test';
}

function sameId(own: Ids, row: Ids): boolean {
  const same = (a: string | undefined, b: string | undefined) =>
    a !== undefined && b !== undefined && a.toLowerCase() === b.toLowerCase();
  return (
    same(own.canvas, row.canvas) ||
    same(own.moodle, row.moodle) ||
    same(own.sid, row.sid) ||
    same(own.email, row.email) ||
    same(own.login, row.login) ||
    same(own.login, row.sid) ||
    same(own.login, row.email?.split('@')[0]) ||
    (own.repository !== undefined &&
      row.login !== undefined &&
      own.repository.toLowerCase().endsWith(`-${row.login.toLowerCase()}`))
  );
}

function sameName({ student }: Handed, row: RosterRow): boolean {
  if (student.name === undefined || row.name === '') return false;
  const own = words(student.name);
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

function words(name: string): string[] {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}
