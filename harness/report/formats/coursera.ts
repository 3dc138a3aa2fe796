import { plainText } from '../../base/plain.ts';
import { UserError } from '../../base/user-error.ts';
import type { Report } from '../../model/index.ts';
import { accounts, uniqueNames } from '../account.ts';
import { isJudged, judgedPoints, resultLine } from '../tally.ts';

/** Characters of the feedback that are kept. */
const FEEDBACK = 60_000;

/**
 * `feedback.json` of Coursera's custom graders: `fractionalScore` from 0 to 1 of what could be judged, and `feedback` as
 * text. Throws a UserError when nothing could be judged: the platform then reports an error of the grader, and no zero.
 */
export function renderCoursera(report: Report): string {
  const { scenarios } = report;
  if (!scenarios.some(isJudged))
    throw new UserError({
      where: 'no result',
      what: 'nothing could be judged, and Coursera cannot express that',
      fix: 'Look at the other reports and run again.',
    });
  const { points, maxPoints } = judgedPoints(report);
  const failed = scenarios.some(({ status }) => status === 'fail');
  const document = {
    fractionalScore: maxPoints > 0 ? Math.min(1, points / maxPoints) : failed ? 0 : 1,
    feedback: plainText(feedback(report), FEEDBACK),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const MARKS = {
  pass: 'passed',
  fail: 'FAILED',
  inconclusive: 'could not be judged',
  skip: 'skipped',
} as const;

/** The result line, then each scenario with what was found. */
function feedback(report: Report): string {
  const texts = accounts(report);
  const names = uniqueNames(report);
  const blocks = report.scenarios.map(({ id, status, points, maxPoints }, index) => {
    const text = status === 'pass' ? '' : (texts[index]?.text ?? '');
    const score = isJudged({ status }) ? ` (${points}/${maxPoints})` : '';
    return [`${names[index] ?? id}: ${MARKS[status]}${score}`, ...(text === '' ? [] : [text])].join('\n');
  });
  return [resultLine(report), ...blocks].join('\n\n');
}
