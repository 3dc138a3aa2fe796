import type { ManifestScenario } from '../manifest.ts';
import type { Book } from './book.ts';
import { identityOf } from './book.ts';
import type { GradeRow } from './row.ts';

/** What staff say to a student, in one line: on the whole first, then by scenario; nothing of what students do not see. */
export function commentFor(
  { setByStaff = [], comments = [] }: GradeRow,
  scenarios: readonly ManifestScenario[],
): string {
  const titles = new Map(
    scenarios.filter(({ visibility }) => visibility === 'visible').map(({ id, title }) => [id, title]),
  );
  const said = [...setByStaff, ...comments].filter(({ comment }) => comment !== '');
  const whole = said.filter(({ scenario }) => scenario === undefined).map(({ comment }) => comment);
  const single = said.flatMap(({ scenario = '', comment }) => {
    const title = titles.get(scenario);
    return title === undefined ? [] : [`${title}: ${comment}`];
  });
  return [...whole, ...single].join(' ');
}

/**
 * Comments as Canvas takes them, which its gradebook file can't hold: the body of a request to
 * `POST /api/v1/courses/:course_id/assignments/:assignment_id/submissions/update_grades`. Undefined where there is none.
 */
export function canvasComments({ rows, scenarios }: Book): string | undefined {
  const entries = rows.flatMap((row) => {
    const id = identityOf(row).ids.canvas;
    const comment = commentFor(row, scenarios);
    return id === undefined || comment === '' ? [] : [[id, { text_comment: comment }] as const];
  });
  if (entries.length === 0) return undefined;
  return `${JSON.stringify({ grade_data: Object.fromEntries(entries) }, undefined, 2)}\n`;
}
