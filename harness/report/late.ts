import type { Report } from '../model.ts';

/** Points that are taken off for being late: a share of those possible, and never more than there are. */
export function lateDeduction({
  points,
  maxPoints,
  late,
}: Pick<Report, 'points' | 'maxPoints' | 'late'>): number {
  if (late === undefined) return 0;
  return Math.round(Math.min(points, (maxPoints * late.percent) / 100) * 100) / 100;
}

/** What being late comes to, in one line; nothing for a report that was not late. */
export function lateLine(report: Report): string | undefined {
  if (report.late === undefined) return undefined;
  const off = lateDeduction(report);
  const left = Math.round((report.points - off) * 100) / 100;
  return `Late: −${off} (${report.late.percent}% of ${report.maxPoints}), which leaves ${left}. ${report.late.summary}`;
}
