import type { Report } from '../model.ts';
import type { Audience } from './format.ts';
import { count, openPoints } from './tally.ts';

/**
 * What a reader must know to read the numbers right. What a student is told of scenarios that are not shown does not
 * depend on whether there are any.
 */
export function notes(report: Report, audience: Audience = 'student'): readonly string[] {
  const open = openPoints(report).reduce((sum, { maxPoints }) => sum + maxPoints, 0);
  return [
    ...(report.interrupted
      ? ['Interrupted: scenarios that were not finished are missing, and their points with them.']
      : []),
    ...(count(report).inconclusive > 0
      ? [
          `Inconclusive is neither right nor wrong${open > 0 ? `: ${round(open)} points are open` : ''}, and a person should look.`,
        ]
      : []),
    ...(report.isolation.level === 'none' && audience === 'staff'
      ? ["Not isolated: fine for your own program; do not grade strangers' programs so."]
      : []),
    ...(audience === 'staff'
      ? []
      : ['Points are of the scenarios shown here; a course may count others that it does not show.']),
  ];
}

function round(points: number): number {
  return Math.round(points * 100) / 100;
}
