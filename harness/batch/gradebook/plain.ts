import type { ScenarioResult } from '../result.ts';
import { type Book, identityOf, pointsCell } from './book.ts';
import { csv } from './cell.ts';

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
  ];
  const lines = rows.map((row) => {
    const { submission, result, lateness, off } = row;
    const { name, ids: known } = identityOf(row);
    const cells = new Map(result?.scenarios.map((scenario) => [scenario.id, scenarioCell(book, scenario)]));
    return [
      submission.id,
      name,
      ...ids.map((id) => known[id] ?? ''),
      result === undefined ? 'not graded' : result.open === undefined ? result.status : 'inconclusive',
      pointsCell(book, result?.open === undefined ? result?.points : undefined),
      pointsCell(book, off === 0 ? undefined : -off),
      pointsCell(book, row.grade),
      pointsCell(book, maxPoints),
      ...scenarios.map(({ id }) => cells.get(id) ?? ''),
      submission.at ?? '',
      lateness.late?.summary ?? lateness.open ?? (submission.late ? 'marked as late' : ''),
      submission.earlier.join('; '),
      result?.open ?? '',
    ];
  });
  return csv([heading, ...lines]);
}

function scenarioCell(book: Book, { status, points }: ScenarioResult): string {
  return status === 'inconclusive' || status === 'skip' ? '' : pointsCell(book, points);
}
