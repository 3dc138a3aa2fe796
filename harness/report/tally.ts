import { hundredths } from '../base/units.ts';
import type { Report, Status, Verdict } from '../model/index.ts';
import type { Whole } from './formats/format.ts';

/** How many scenarios ended how. */
export function count({ scenarios }: Report): Readonly<Record<Status, number>> {
  const counts = { pass: 0, fail: 0, inconclusive: 0, skip: 0 };
  for (const { status } of scenarios) counts[status] += 1;
  return counts;
}

/**
 * Whether a scenario has a verdict: an inconclusive one counts neither for nor against a student, and one that does not
 * apply counts for nothing. One that was not tried because another one failed counts as not passed.
 */
export function isJudged({ status, findings }: Pick<Verdict, 'status' | 'findings'>): boolean {
  return status === 'pass' || status === 'fail' || findings.some(({ cause }) => cause === 'required_failed');
}

/** Points of the scenarios with a verdict, for consumers that know only numbers. */
export function judgedPoints({ scenarios }: Report): { readonly points: number; readonly maxPoints: number } {
  const judged = scenarios.filter(isJudged);
  const sum = (pick: (verdict: Verdict) => number) =>
    hundredths(judged.reduce((so, verdict) => so + pick(verdict), 0));
  return { points: sum(({ points }) => points), maxPoints: sum(({ maxPoints }) => maxPoints) };
}

/** What a submission is worth when everything counts, and not only what is in the report for its reader. */
export function wholeOf(report: Report): Whole {
  const { scenarios } = report;
  return {
    ...judgedPoints(report),
    judged: scenarios.some(isJudged),
    open: openPoints(report).length > 0,
    failed: scenarios.some((verdict) => isJudged(verdict) && verdict.status !== 'pass'),
  };
}

/** The share from 0 to 1 that a submission is worth; of scenarios that are worth nothing, all or nothing. */
export function shareOf({ points, maxPoints, failed }: Whole): number {
  if (maxPoints > 0) return Math.min(1, points / maxPoints);
  return failed ? 0 : 1;
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
