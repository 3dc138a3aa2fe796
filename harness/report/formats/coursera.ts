import { plainText } from '../../base/plain.ts';
import { UserError } from '../../base/user-error.ts';
import type { Report } from '../../model/index.ts';
import { accounts, uniqueNames } from '../account.ts';
import { notes } from '../notes.ts';
import { isJudged, resultLine, shareOf, wholeOf } from '../tally.ts';
import type { RenderOptions } from './format.ts';

/** Characters of the feedback that are kept. */
const FEEDBACK = 60_000;

/**
 * `feedback.json` of Coursera's custom graders: `fractionalScore` from 0 to 1 of what could be judged, and `feedback` as
 * text. Throws a UserError when nothing could be judged: the platform then reports an error of the grader, and no zero.
 */
export function renderCoursera(report: Report, { audience, whole = wholeOf(report) }: RenderOptions): string {
  if (!whole.judged)
    throw new UserError({
      where: 'no result',
      what: 'nothing could be judged, and Coursera cannot express that',
      fix: 'Look at the other reports and run again.',
    });
  const document = {
    fractionalScore: shareOf(whole),
    feedback: plainText([...feedback(report), ...notes(report, audience)].join('\n\n'), FEEDBACK),
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
function feedback(report: Report): readonly string[] {
  const texts = accounts(report);
  const names = uniqueNames(report);
  const blocks = report.scenarios.map((verdict, index) => {
    const { id, status, points, maxPoints } = verdict;
    const text = status === 'pass' ? '' : (texts[index]?.text ?? '');
    const score = isJudged(verdict) ? ` (${points}/${maxPoints})` : '';
    return [`${names[index] ?? id}: ${MARKS[status]}${score}`, ...(text === '' ? [] : [text])].join('\n');
  });
  return [resultLine(report), ...blocks];
}
