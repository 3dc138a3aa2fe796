import type { Student, Submission } from '../types.ts';
import type { RosterRow } from './columns.ts';
import type { Roster } from './roster.ts';
import { contradicts, doubtOf, finder, ID_RULES, nameFinder } from './same-student.ts';
import { teamFinder } from './teams.ts';

/** A student of a submission. */
interface Handed {
  readonly submission: Submission;
  readonly student: Student;
}

/** A student with something that a person should know. */
export interface Unplaced extends Handed {
  readonly why: string;
}

export interface Matches {
  /** Who handed in each submission, by its id: the members of a group, and whom a person has named. */
  readonly students: ReadonlyMap<string, readonly Student[]>;
  /** The row of the roster, by student. */
  readonly rows: ReadonlyMap<Student, RosterRow>;
  /** Students who have a row that may be another's, and why. */
  readonly doubtful: readonly Unplaced[];
  /** Students whom the roster does not have, and why that is said. */
  readonly unmatched: readonly Unplaced[];
  /** Rows of the roster without a submission. */
  readonly missing: readonly RosterRow[];
}

/** Rows that a person has given to submissions, by id; none where the submission is to have no row. */
export type Assigned = ReadonlyMap<string, readonly RosterRow[]>;

/**
 * What a person has assigned counts before all, then groups. Ids are compared first, then names: only a name that fits
 * one row alone is taken. A row whose id is right and whose name is not belongs to no student: the name counts where it is that of
 * another row, and else a person has to say who it is.
 */
export function matchRoster(
  submissions: readonly Submission[],
  roster: Roster,
  assigned: Assigned = new Map(),
): Matches {
  const students = roster.rows.filter(isStudent);
  const found = new Placing();
  const findTeam = teamFinder({ ...roster, rows: students });
  const members = new Map<string, readonly Student[]>();
  const given = (submission: Submission, own: readonly RosterRow[]) => {
    const named = own.map((row): Student => ({ name: row.name, ids: row.ids }));
    members.set(submission.id, named.length > 0 ? named : submission.students);
    for (const [at, student] of named.entries())
      found.takeFree({ submission, student }, own[at] as RosterRow, undefined);
  };
  for (const submission of submissions) {
    const rows = assigned.get(submission.id);
    if (rows !== undefined) given(submission, rows);
  }
  const others = submissions.filter(({ id }) => !assigned.has(id));
  const open: Handed[] = [];
  for (const submission of others) {
    const team = findTeam(submission);
    if (team !== undefined) given(submission, team);
    else {
      members.set(submission.id, submission.students);
      const ownOpen = submission.students.map((student) => ({ submission, student }));
      if (submission.team === undefined) open.push(...ownOpen);
      else for (const one of ownOpen) found.leave(one, [], `the roster has no group "${submission.team}"`);
    }
  }
  matchEach(open, students, found);
  const { rows, doubtful, unmatched } = found;
  return { students: members, rows, doubtful, unmatched, missing: students.filter(found.isMissing) };
}

/** Collects who got which row. */
class Placing {
  readonly rows = new Map<Student, RosterRow>();
  readonly doubtful: Unplaced[] = [];
  readonly unmatched: Unplaced[] = [];
  readonly #taken = new Set<RosterRow>();
  readonly #contested = new Set<RosterRow>();

  readonly isFree = (row: RosterRow): boolean => !this.#taken.has(row);
  readonly isMissing = (row: RosterRow): boolean => this.isFree(row) && !this.#contested.has(row);

  take(one: Handed, row: RosterRow, doubt: string | undefined): void {
    this.#taken.add(row);
    this.rows.set(one.student, row);
    if (doubt !== undefined) this.doubtful.push({ ...one, why: `taken for ${labelOf(row)}: ${doubt}` });
  }

  takeFree(one: Handed, row: RosterRow, doubt: string | undefined): void {
    if (this.isFree(row)) this.take(one, row, doubt);
    else this.leave(one, [row], 'another submission has the same row of the roster');
  }

  /** `found` are the rows that it may be. */
  leave(one: Handed, found: readonly RosterRow[], why: string): void {
    this.unmatched.push({ ...one, why });
    for (const row of found) this.#contested.add(row);
  }
}

function matchEach(all: readonly Handed[], students: readonly RosterRow[], found: Placing): void {
  const withName = nameFinder(students);
  const misled = new Map<Handed, string>();
  let open = all;
  for (const rule of ID_RULES) {
    const find = finder(rule, students.filter(found.isFree));
    open = open.filter((one) => {
      const own = misled.has(one) ? [] : find(one.student.ids);
      const [row] = own;
      if (row === undefined) return true;
      if (own.length > 1) found.leave(one, own, 'several rows of the roster have this id');
      else if (!contradicts(one.student, row)) found.takeFree(one, row, doubtOf(one.student, row));
      else if (withName(one.student).length > 0)
        misled.set(one, `the name is, but the id is that of ${labelOf(row)}`);
      else found.leave(one, [], `the id is that of ${labelOf(row)}, and the name is not`);
      return misled.has(one);
    });
  }
  const named = open.map((one) => ({ one, own: withName(one.student).filter(found.isFree) }));
  const rivals = new Map<RosterRow, number>();
  for (const row of named.flatMap(({ own }) => own)) rivals.set(row, (rivals.get(row) ?? 0) + 1);
  for (const { one, own } of named) {
    const [row] = own;
    if (row === undefined) found.leave(one, own, misled.get(one) ?? 'the roster does not have this student');
    else if (own.length > 1 || rivals.get(row) !== 1)
      found.leave(one, own, 'the name fits several, and there is no id in common');
    else found.take(one, row, misled.get(one));
  }
}

/** When something was handed in, by submission, where the roster tells. */
export function submissionTimes(
  submissions: readonly Submission[],
  { students, rows }: Matches,
): ReadonlyMap<string, string> {
  const times = new Map<string, string>();
  for (const { id } of submissions) {
    const at = students
      .get(id)
      ?.map((student) => rows.get(student)?.at)
      .find((time) => time !== undefined);
    if (at !== undefined) times.set(id, at);
  }
  return times;
}

/** What a row is called: its student's name, or an id. */
export function labelOf({ name, ids }: RosterRow): string {
  return name || (Object.values(ids)[0] ?? '');
}

/** Canvas has a row with the points possible, and a student for trying things out. */
function isStudent({ name, ids }: RosterRow): boolean {
  return (name !== '' || Object.keys(ids).length > 0) && !isExtra(name, ids.sid);
}

/** A row of Canvas's export that is no student's. Its student for trying things out is in no information system. */
function isExtra(name: string, sid = ''): boolean {
  return /^\s*points possible$/i.test(name) || (name === 'Student, Test' && sid === '');
}
