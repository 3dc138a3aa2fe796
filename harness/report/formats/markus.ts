import type { Report, Verdict } from '../../model/index.ts';
import { accounts, uniqueNames } from '../account.ts';
import { isJudged } from '../tally.ts';

/**
 * What a custom tester of MarkUs prints: one JSON object for each scenario, a line each. `error` means there that the
 * marks are not known, which is what inconclusive means here; one that does not apply counts for nothing.
 */
export function renderMarkus(report: Report): string {
  const texts = accounts(report);
  const names = uniqueNames(report);
  const lines = report.scenarios.map((verdict, index) => {
    const { maxPoints, durationMs } = verdict;
    const doesNotApply = verdict.status === 'skip' && !isJudged(verdict);
    return JSON.stringify({
      name: names[index] ?? verdict.id,
      output: texts[index]?.text ?? '',
      marks_earned: isJudged(verdict) ? verdict.points : 0,
      marks_total: doesNotApply ? 0 : maxPoints,
      status: doesNotApply ? 'pass' : statusOf(verdict),
      time: Math.round(durationMs),
    });
  });
  return lines.map((line) => `${line}\n`).join('');
}

function statusOf({ status, points }: Verdict): 'pass' | 'partial' | 'fail' | 'error' {
  switch (status) {
    case 'pass':
      return 'pass';
    case 'fail':
      return points > 0 ? 'partial' : 'fail';
    case 'skip':
      return 'fail';
    case 'inconclusive':
      return 'error';
  }
}
