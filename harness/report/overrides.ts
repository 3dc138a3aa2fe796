import type { Report } from '../model/index.ts';

/** What staff have set instead of what the grader found, a line each. */
export function overrideLines({
  overrides = [],
  scenarios,
}: Pick<Report, 'overrides' | 'scenarios'>): readonly string[] {
  return overrides.map(({ scenario, points, maxPoints, comment, by = '', at = '' }) => {
    const title = scenarios.find(({ id }) => id === scenario)?.title ?? scenario;
    const what = title === undefined ? 'the grade' : `"${title}"`;
    const author = [by, at].filter((part) => part !== '').join(', ');
    const who = author === '' ? '' : ` (${author})`;
    return `Set by staff${who}: ${points} of ${maxPoints} points for ${what}.${comment === '' ? '' : ` ${comment}`}`;
  });
}
