import type { Report, Verdict } from '../model/index.ts';
import { isJudged } from './tally.ts';

/**
 * The report as a platform gets it that turns it into a grade: of one that was interrupted nothing counts as judged, so
 * that the platform says "not graded" by its own means and never takes the part that was done for the whole.
 */
export function withoutGrade(report: Report): Report {
  if (!report.interrupted) return report;
  return { ...report, points: 0, status: 'inconclusive', scenarios: report.scenarios.map(open) };
}

function open(verdict: Verdict): Verdict {
  if (!isJudged(verdict)) return verdict;
  return {
    ...verdict,
    status: 'inconclusive',
    points: 0,
    findings: [
      {
        cause: 'unknown',
        because: 'interrupted',
        summary: 'The grading was interrupted, so nothing of it counts yet.',
        evidence: [],
        hint: 'Grade the submission again.',
      },
    ],
  };
}
