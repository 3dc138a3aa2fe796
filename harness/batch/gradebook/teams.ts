import type { Student, Submission } from '../types.ts';
import type { RosterRow } from './columns.ts';
import { words } from './names.ts';
import type { Roster } from './roster.ts';
import { agrees, finder, ID_RULES, nameFinder } from './same-student.ts';

/**
 * Finds the members of the group that handed a submission in; undefined where no group of the roster did, or it can't be
 * told which. Some systems name a group as they do a student, and its number as they do a student's: whoever has that
 * number is another student. So a name counts as that of a group when the roster has such a group, no student of that name,
 * and no student with both that id and a name that fits.
 */
export function teamFinder(roster: Roster): (submission: Submission) => readonly RosterRow[] | undefined {
  const teams = teamsOf(roster);
  const withName = nameFinder(roster.rows);
  const finders = ID_RULES.map((rule) => finder(rule, roster.rows));
  const isPerson = (student: Student) =>
    withName(student).length > 0 ||
    finders.some((find) => find(student.ids).some((row) => agrees(student, row)));
  return ({ students: [student, ...others], team }) => {
    const name = team ?? student?.name;
    if (name === undefined || student === undefined || others.length > 0) return undefined;
    if (team === undefined) return isPerson(student) ? undefined : teams.get(keyOf(name));
    return teams.get(keyOf(name)) ?? teams.get(NO_TEAM);
  };
}

/** The key of those who are in no group: they hand in together as well, and Moodle's worksheet names their group or not. */
const NO_TEAM = '';

/** The rows of each group, by its key; a key that two groups have belongs to neither. */
function teamsOf(roster: Roster): ReadonlyMap<string, readonly RosterRow[]> {
  const members = new Map<string, Set<RosterRow>>();
  const names = new Map<string, Set<string>>();
  for (const row of roster.rows)
    for (const name of teamNames(row, roster)) {
      const key = name === NO_TEAM ? NO_TEAM : keyOf(name);
      members.set(key, (members.get(key) ?? new Set()).add(row));
      names.set(key, (names.get(key) ?? new Set()).add(name.toLowerCase()));
    }
  const clear = [...members].filter(([key]) => names.get(key)?.size === 1);
  return new Map(clear.map(([key, rows]) => [key, [...rows]]));
}

/** What the groups of a student are called; where no heading is known to be that of groups, any other cell may name one. */
function teamNames(row: RosterRow, { rows, worksheet }: Roster): readonly string[] {
  if (rows.some(({ teams }) => teams !== undefined)) return row.teams ?? [NO_TEAM];
  if (worksheet === undefined) return [];
  const { identifier, grade, modified, submitted } = worksheet;
  const known = [identifier, grade, modified, submitted];
  return Object.entries(row.cells)
    .filter(([column, cell]) => cell !== '' && !known.includes(column) && cell !== row.name)
    .map(([, cell]) => cell);
}

/** File names lack some of the characters of a group's name, and some systems leave out the spaces. */
function keyOf(name: string): string {
  return words(name).join('') || name.trim() || '-';
}
