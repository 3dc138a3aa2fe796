import type { ScenarioResult } from '../result.ts';
import type { Book } from './book.ts';
import { csv, grade } from './cell.ts';

/** Everything that is known, a column a scenario; where something is inconclusive, its cell and the grade are empty. */
export function plainGradebook({ rows, scenarios, maxPoints, scale }: Book): string {
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
  const lines = rows.map(({ submission, student, roster, result, lateness, off, grade: points }) => {
    const known = { ...roster?.ids, ...student.ids };
    const cells = new Map(result?.scenarios.map((scenario) => [scenario.id, scenarioCell(scenario)]));
    return [
      submission.id,
      roster?.name || (student.name ?? ''),
      ...ids.map((id) => known[id] ?? ''),
      result === undefined ? 'not graded' : result.open === undefined ? result.status : 'inconclusive',
      result === undefined || result.open !== undefined ? '' : grade(result.points),
      grade(off === 0 ? undefined : -off),
      grade(points === undefined ? undefined : points * scale),
      grade(maxPoints * scale),
      ...scenarios.map(({ id }) => cells.get(id) ?? ''),
      submission.at ?? '',
      lateness.late?.summary ?? lateness.open ?? (submission.late ? 'marked as late' : ''),
      submission.earlier.join('; '),
      result?.open ?? '',
    ];
  });
  return csv([heading, ...lines]);
}

function scenarioCell({ status, points }: ScenarioResult): string {
  return status === 'inconclusive' || status === 'skip' ? '' : grade(points);
}
