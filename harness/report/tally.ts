import type { Report, Status, Verdict } from '../model/index.ts';

/** How many scenarios ended how. */
export function count({ scenarios }: Report): Readonly<Record<Status, number>> {
  const counts = { pass: 0, fail: 0, inconclusive: 0, skip: 0 };
  for (const { status } of scenarios) counts[status] += 1;
  return counts;
}

/** Whether a scenario has a verdict: an inconclusive one counts neither for nor against a student. */
export function isJudged({ status }: Pick<Verdict, 'status'>): boolean {
  return status === 'pass' || status === 'fail';
}

/** Points of the scenarios with a verdict, for consumers that know only numbers. */
export function judgedPoints({ scenarios }: Report): { readonly points: number; readonly maxPoints: number } {
  const judged = scenarios.filter(isJudged);
  const sum = (pick: (verdict: Verdict) => number) =>
    Math.round(judged.reduce((so, verdict) => so + pick(verdict), 0) * 100) / 100;
  return { points: sum(({ points }) => points), maxPoints: sum(({ maxPoints }) => maxPoints) };
}

/** Scenarios whose points are still open. */
export function openPoints({ scenarios }: Report): readonly Verdict[] {
  return scenarios.filter(({ status, maxPoints }) => status === 'inconclusive' && maxPoints > 0);
}

/** The result in one line: points, and how many scenarios ended how. */
export function resultLine(report: Report): string {
  const { pass, fail, inconclusive, skip } = count(report);
  return [
    `${report.points} of ${report.maxPoints} points`,
    `${pass} passed`,
    `${fail} failed`,
    ...(inconclusive > 0 ? [`${inconclusive} inconclusive`] : []),
    ...(skip > 0 ? [`${skip} skipped`] : []),
  ].join(' · ');
}
