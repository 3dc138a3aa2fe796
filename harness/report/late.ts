import { hundredths } from '../base/units.ts';
import type { Report } from '../model/index.ts';

/** Points that are taken off for being late: a share of those possible, and never more than there are. */
export function lateDeduction({
  points,
  maxPoints,
  late,
}: Pick<Report, 'points' | 'maxPoints' | 'late'>): number {
  if (late === undefined) return 0;
  return hundredths(Math.min(points, (maxPoints * late.percent) / 100));
}

/**
 * What being late comes to, in one line; nothing for a report that was not late. The line agrees with the gradebook, or
 * says that it is of a part: what is taken off the whole would tell how much is hidden.
 */
export function lateLine(report: Pick<Report, 'points' | 'maxPoints' | 'late'>): string | undefined {
  if (report.late === undefined) return undefined;
  const off = lateDeduction(report);
  const left = hundredths(report.points - off);
  const { percent, summary, partial } = report.late;
  if (percent === 0) return `Late: ${summary} Nothing is taken off for it.`;
  if (partial)
    return `Late: ${percent}% of the points possible are taken off; of the ${report.maxPoints} shown here that is −${off}, which leaves ${left}. The gradebook may count more than is shown here. ${summary}`;
  return `Late: −${off} (${percent}% of ${report.maxPoints}), which leaves ${left}. ${summary}`;
}
