import type { RosterRow } from '../gradebook/columns.ts';
import { words } from '../gradebook/names.ts';
import type { Roster } from '../gradebook/roster.ts';
import { nameFinder } from '../gradebook/same-student.ts';
import type { Submission } from '../types.ts';

/** Whom a person has named: a submission, or a row of the roster, or the reason why neither. */
export type Whom = { readonly submission: string } | { readonly row: RosterRow } | { readonly why: string };

/** Finds whom people name: by the name of a submission, an id of the roster in any spelling, or a name that one has. */
export function whomFinder(
  submissions: readonly Submission[],
  roster: Roster | undefined,
): (text: string) => Whom {
  const rows = roster?.rows ?? [];
  const why =
    roster === undefined ? 'no submission has this name' : 'neither the roster nor a submission has it';
  const ids = new Set(submissions.map(({ id }) => id));
  const byId = new Map<string, Set<RosterRow>>();
  for (const row of rows)
    for (const id of Object.values(row.ids).map((one) => one.toLowerCase()))
      byId.set(id, (byId.get(id) ?? new Set()).add(row));
  const withName = nameFinder(rows);
  const byName = new Map<string, Set<string>>();
  for (const { id, students } of submissions)
    for (const name of students.flatMap((student) => student.name ?? []))
      byName.set(nameKey(name), (byName.get(nameKey(name)) ?? new Set()).add(id));
  return (text) => byRoster(text) ?? bySubmission(text) ?? { why };

  function byRoster(text: string): Whom | undefined {
    if (ids.has(text)) return { submission: text };
    const id = text.toLowerCase().replace(/^#/, '');
    const participant = /^\P{N}*\p{L}\P{N}*?(\d+)$/u.exec(id)?.[1];
    const [first, ...others] = byId.get(id) ?? byMoodle(participant);
    if (first !== undefined)
      return others.length === 0 ? { row: first } : { why: 'several rows of the roster have this id' };
    const [row, ...more] = withName({ name: text, ids: {} });
    if (row === undefined) return undefined;
    return more.length === 0 ? { row } : { why: 'several rows of the roster have this name: give an id' };
  }

  function bySubmission(text: string): Whom | undefined {
    const [submission, ...rest] = byName.get(nameKey(text)) ?? [];
    if (submission === undefined) return undefined;
    return rest.length === 0
      ? { submission }
      : { why: 'several submissions have this name: give their names in the overview' };
  }

  /** "Participant 101". */
  function byMoodle(number: string | undefined): readonly RosterRow[] {
    return number === undefined ? [] : rows.filter(({ ids: { moodle } }) => moodle === number);
  }
}

function nameKey(name: string): string {
  return words(name).sort().join(' ');
}
