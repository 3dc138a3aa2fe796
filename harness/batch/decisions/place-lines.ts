import type { Concern } from '../attention.ts';
import type { RosterRow } from '../gradebook/columns.ts';
import { labelOf } from '../gradebook/match.ts';
import type { Roster } from '../gradebook/roster.ts';
import type { GradeRow } from '../gradebook/row.ts';
import type { Submission } from '../types.ts';
import { basisOf, OVERRIDES, type OverrideLine } from './overrides.ts';
import { type Whom, whomFinder } from './whom.ts';

/** A line of `overrides.csv`, and what has become of it. */
export interface PlacedLine {
  /** With what it rests on filled in. */
  readonly line: OverrideLine;
  /** The rows that it is about; none where it fits no student. */
  readonly targets: readonly GradeRow[];
  /** It was decided on other files or another result than there are now, so that it does not count. */
  readonly again: boolean;
}

interface Placed {
  readonly lines: readonly PlacedLine[];
  /** Rows of students who have no submission and a decision. */
  readonly absent: readonly GradeRow[];
  readonly concerns: readonly Concern[];
}

/** Finds whom each line is about, and whether it still rests on what is there. */
export function placeLines(
  lines: readonly OverrideLine[],
  rows: readonly GradeRow[],
  {
    submissions,
    roster,
  }: { readonly submissions: readonly Submission[]; readonly roster: Roster | undefined },
): Placed {
  const find = whomFinder(submissions, roster);
  const absent = new Map<RosterRow, GradeRow>();
  const concerns: Concern[] = [];
  const placed = lines.map((line): PlacedLine => {
    const isEmpty = line.points === undefined && line.comment === '';
    if (isEmpty && line.note === '') return { line, targets: [], again: false };
    const whom = find(line.student);
    const targets = targetsOf(whom, rows, absent);
    const [target] = targets;
    if (target === undefined || 'why' in whom) {
      const why = 'why' in whom ? whom.why : 'no student is called this';
      concerns.push({
        who: line.student,
        what: `${placeOf(line)}: the decision fits no student: ${why}`,
        grade: 'not placed',
      });
      return { line, targets: [], again: false };
    }
    const now = isEmpty ? undefined : basisNow(target);
    if (now === undefined) return { line, targets, again: false };
    if (line.basis === '') return { line: { ...line, basis: now }, targets, again: false };
    return { line, targets, again: line.basis !== now };
  });
  return { lines: placed, absent: [...absent.values()], concerns };
}

/** Where people find a line. */
export function placeOf({ line }: OverrideLine): string {
  return `${OVERRIDES.name}, line ${line}`;
}

/** The rows that a decision is about; a student without a submission gets a row, which is kept in `absent`. */
function targetsOf(
  whom: Whom,
  rows: readonly GradeRow[],
  absent: Map<RosterRow, GradeRow>,
): readonly GradeRow[] {
  if ('why' in whom) return [];
  if ('submission' in whom) return rows.filter((row) => row.submission.id === whom.submission);
  const known = rows.filter((row) => row.roster === whom.row);
  if (known.length > 0) return known;
  const row = absent.get(whom.row) ?? handedNothingIn(whom.row);
  absent.set(whom.row, row);
  return [row];
}

/** What a decision about a row rests on now; undefined as long as it has not been graded. */
export function basisNow({ submission, result }: GradeRow): string | undefined {
  const isAbsent = submission.sha256 === '';
  return isAbsent || result !== undefined ? basisOf(isAbsent ? undefined : submission, result) : undefined;
}

/** A student with points and without a submission: an email, a mark given in class. */
function handedNothingIn(row: RosterRow): GradeRow {
  const id = labelOf(row);
  const submission: Submission = {
    id,
    students: [],
    from: '',
    late: false,
    earlier: [],
    files: 0,
    sha256: '',
    gist: '',
    refused: [],
    renamed: [],
  };
  return { submission, student: { name: row.name, ids: row.ids }, roster: row, lateness: {}, off: 0 };
}
