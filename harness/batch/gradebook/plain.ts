import { csvFile } from '../../base/csv.ts';
import type { ScenarioResult } from '../result.ts';
import { type Book, identityOf, pointsCell } from './book.ts';
import { commentFor } from './comments.ts';
import type { GradeRow } from './row.ts';

/** Everything that is known, a column a scenario; where something is inconclusive, its cell and the grade are empty. */
export function plainGradebook(book: Book): string {
  const { rows, scenarios, maxPoints } = book;
  const ids = ['login', 'email', 'sid', 'canvas', 'moodle'] as const;
  const heading = [
    'submission',
    'name',
    ...ids,
    'status',
    'points',
    'late_deduction',
    'grade',
    'max_points',
    ...scenarios.map(({ id }) => id),
    'submitted',
    'late',
    'earlier_attempts',
    'note',
    'comment',
  ];
  const lines = rows.map((row) => {
    const { submission, result, lateness, off } = row;
    const { name, ids: known } = identityOf(row);
    const cells = new Map(result?.scenarios.map((scenario) => [scenario.id, scenarioCell(book, scenario)]));
    return [
      submission.sha256 === '' ? '' : submission.id,
      name,
      ...ids.map((id) => known[id] ?? ''),
      statusOf(row),
      pointsCell(book, row.open === undefined ? result?.points : undefined),
      pointsCell(book, off === 0 ? undefined : -off),
      pointsCell(book, row.grade),
      pointsCell(book, maxPoints),
      ...scenarios.map(({ id }) => cells.get(id) ?? ''),
      submission.at ?? '',
      lateness.late?.summary ?? lateness.open ?? (submission.late ? 'marked as late' : ''),
      submission.earlier.join('; '),
      [row.open ?? '', ...setByStaffNotes(row), ...staffNotes(row)].filter((note) => note !== '').join('; '),
      commentFor(row, scenarios),
    ];
  });
  return csvFile([heading, ...lines]);
}

function statusOf({ result, open, grade }: GradeRow): string {
  if (open !== undefined) return 'inconclusive';
  return result?.status ?? (grade === undefined ? 'not graded' : 'set by staff');
}

function setByStaffNotes({ setByStaff = [] }: GradeRow): readonly string[] {
  return setByStaff.map(
    ({ scenario = 'the grade', points, comment }) =>
      `${scenario} set by staff to ${points}${comment === '' ? '' : `: ${comment}`}`,
  );
}

function staffNotes({ notes = [] }: GradeRow): readonly string[] {
  return notes.map(({ note, by }) => `note${by === '' ? '' : ` (${by})`}: ${note}`);
}

function scenarioCell(book: Book, { status, points }: ScenarioResult): string {
  return status === 'inconclusive' || status === 'skip' ? '' : pointsCell(book, points);
}
