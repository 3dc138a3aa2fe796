import type { Report, Status } from '../../model/index.ts';
import { accounts, uniqueNames } from '../account.ts';
import { isJudged } from '../tally.ts';

/**
 * What a custom tester of MarkUs prints: one JSON object for each scenario, a line each. `error` means there that the
 * marks are not known, which is what inconclusive means here; a scenario that was skipped counts for nothing.
 */
export function renderMarkus(report: Report): string {
  const texts = accounts(report);
  const names = uniqueNames(report);
  const lines = report.scenarios.map((verdict, index) => {
    const { status, points, maxPoints, durationMs } = verdict;
    return JSON.stringify({
      name: names[index] ?? verdict.id,
      output: texts[index]?.text ?? '',
      marks_earned: isJudged(verdict) ? points : 0,
      marks_total: status === 'skip' ? 0 : maxPoints,
      status: statusOf(status, points),
      time: Math.round(durationMs),
    });
  });
  return lines.map((line) => `${line}\n`).join('');
}

function statusOf(status: Status, points: number): 'pass' | 'partial' | 'fail' | 'error' {
  switch (status) {
    case 'pass':
    case 'skip':
      return 'pass';
    case 'fail':
      return points > 0 ? 'partial' : 'fail';
    case 'inconclusive':
      return 'error';
  }
}
