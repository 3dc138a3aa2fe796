import type { Student, Submission } from '../types.ts';
import type { Roster, RosterRow } from './roster.ts';
import { contradicts, doubtOf, finder, ID_RULES, nameFinder } from './same-student.ts';

/** A student of a submission. */
export interface Handed {
  readonly submission: Submission;
  readonly student: Student;
}

/** A student with something that a person should know. */
export interface Unplaced extends Handed {
  readonly why: string;
}

export interface Matches {
  /** The row of the roster, by student. */
  readonly rows: ReadonlyMap<Student, RosterRow>;
  /** Students who have a row that may be somebody else's, and why. */
  readonly doubtful: readonly Unplaced[];
  /** Students whom the roster does not have, and why that is said. */
  readonly unmatched: readonly Unplaced[];
  /** Rows of the roster that nobody handed in for. */
  readonly missing: readonly RosterRow[];
}

/**
 * Ids are compared first, then names: only a name that fits one row alone is taken. Where both contradict each other, and
 * the name is that of another row, the name counts.
 */
export function matchRoster(submissions: readonly Submission[], roster: Roster): Matches {
  const students = roster.rows.filter(isStudent);
  const rows = new Map<Student, RosterRow>();
  const taken = new Set<RosterRow>();
  const isFree = (row: RosterRow) => !taken.has(row);
  const contested = new Set<RosterRow>();
  const doubtful: Unplaced[] = [];
  const unmatched: Unplaced[] = [];
  const take = (one: Handed, row: RosterRow, doubt: string | undefined) => {
    taken.add(row);
    rows.set(one.student, row);
    if (doubt !== undefined) doubtful.push({ ...one, why: `taken for ${labelOf(row)}: ${doubt}` });
  };
  const leave = (one: Handed, found: readonly RosterRow[], why: string) => {
    unmatched.push({ ...one, why });
    for (const row of found) contested.add(row);
  };
  let open: readonly Handed[] = submissions.flatMap((submission) =>
    submission.students.map((student) => ({ submission, student })),
  );
  const withName = nameFinder(students);
  const misled = new Map<Handed, string>();
  for (const rule of ID_RULES) {
    const find = finder(rule, students.filter(isFree));
    open = open.filter((one) => {
      const found = misled.has(one) ? [] : find(one.student.ids);
      const [row] = found;
      if (row === undefined) return true;
      if (found.length > 1) leave(one, found, 'several rows of the roster have this id');
      else if (contradicts(one.student, row) && withName(one.student).length > 0)
        misled.set(one, `the name is, but the id is that of ${labelOf(row)}`);
      else if (taken.has(row)) leave(one, found, 'another submission has the same row of the roster');
      else take(one, row, doubtOf(one.student, row));
      return misled.has(one);
    });
  }
  const named = open.map((one) => ({ one, found: withName(one.student).filter(isFree) }));
  const rivals = new Map<RosterRow, number>();
  for (const row of named.flatMap(({ found }) => found)) rivals.set(row, (rivals.get(row) ?? 0) + 1);
  for (const { one, found } of named) {
    const [row] = found;
    if (row === undefined) leave(one, found, misled.get(one) ?? 'the roster does not have this student');
    else if (found.length > 1 || rivals.get(row) !== 1)
      leave(one, found, 'the name fits several, and there is no id in common');
    else take(one, row, misled.get(one));
  }
  const missing = students.filter((row) => isFree(row) && !contested.has(row));
  return { rows, doubtful, unmatched, missing };
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

/** What a row is called: its student's name, or an id. */
export function labelOf({ name, ids }: RosterRow): string {
  return name || (Object.values(ids)[0] ?? '');
}

/** Canvas has a row with the points possible, and a student for trying things out. */
export function isStudent({ name, ids }: RosterRow): boolean {
  return (name !== '' || Object.keys(ids).length > 0) && !isExtra(name);
}

/** A row of Canvas's export that is nobody's. */
export function isExtra(name: string): boolean {
  return /^\s*points possible$/i.test(name) || name === 'Student, Test';
}
