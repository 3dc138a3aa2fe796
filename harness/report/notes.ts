import { plainLine } from '../base/plain.ts';
import { hundredths } from '../base/units.ts';
import type { Report } from '../model/index.ts';
import type { Audience } from './formats/format.ts';
import { count, openPoints } from './tally.ts';

/**
 * What a reader must know to read the numbers right. What a student sees of scenarios that are not shown does not
 * depend on whether there are any.
 */
export function notes(report: Report, audience: Audience = 'student'): readonly string[] {
  const open = openPoints(report).reduce((sum, { maxPoints }) => sum + maxPoints, 0);
  return [
    ...unusedNote(report),
    ...(report.interrupted
      ? ['Interrupted: not everything was graded, so this is no grade. Grade the submission again.']
      : []),
    ...(count(report).inconclusive > 0
      ? [
          `Inconclusive is neither right nor wrong${open > 0 ? `: ${hundredths(open)} ${open === 1 ? 'point is' : 'points are'} open` : ''}, and needs manual review.`,
        ]
      : []),
    ...(report.isolation.level === 'none' && audience === 'staff'
      ? ["Not isolated: fine for your own program, but not for grading other people's programs."]
      : []),
    ...(audience === 'staff'
      ? []
      : ['Points are of the scenarios shown here; a course may count others that it does not show.']),
  ];
}

/** Which of several files that could have been the program was not used. */
export function unusedNote({ submission: { unused = [] } }: Report): readonly string[] {
  if (unused.length === 0) return [];
  const names = unused.slice(0, 5).map((file) => plainLine(file, 80));
  return [`Not used: ${names.join(', ')}. Submit one program, or choose with --run.`];
}
