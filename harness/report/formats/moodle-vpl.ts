import { plainLine } from '../../base/plain.ts';
import { hundredths } from '../../base/units.ts';
import type { Report } from '../../model/index.ts';
import { accounts, uniqueNames } from '../account.ts';
import { notes } from '../notes.ts';
import { isJudged, resultLine, shareOf, wholeOf } from '../tally.ts';
import type { RenderOptions, Whole } from './format.ts';

/** The grade that an assignment of VPL has when the environment does not say: Moodle's usual 100. */
const USUAL_MOST = 100;

/**
 * What the execution of Moodle's VPL prints: a comment for the whole and one for each scenario, and the grade, scaled to
 * the assignment's own (`VPL_GRADEMAX`). Without a verdict on everything that is worth points there is no grade, so that
 * VPL proposes none and a person decides. Whatever a student may have written stands behind `>`, where VPL takes it for
 * preformatted text and for nothing else.
 */
export function renderMoodleVpl(
  report: Report,
  { audience, env = {}, whole = wholeOf(report) }: RenderOptions,
): string {
  const texts = accounts(report);
  const names = uniqueNames(report);
  const blocks = report.scenarios.flatMap((verdict, index) => {
    const { status, points, maxPoints } = verdict;
    const score = isJudged(verdict) ? ` (${points}/${maxPoints})` : '';
    const text = status === 'pass' ? '' : (texts[index]?.text ?? '');
    return [
      `-${plainLine(names[index] ?? verdict.id, 200)}: ${status}${score}`,
      ...text.split('\n').flatMap((line) => (line === '' ? [] : [`>${line}`])),
    ];
  });
  return [
    `Comment :=>> ${resultLine(report)}`,
    '<|--',
    ...blocks,
    '--|>',
    ...notes(report, audience).map((line) => `Comment :=>> ${line}`),
    ...grade(whole, Number(env.VPL_GRADEMAX) || USUAL_MOST),
    '',
  ].join('\n');
}

function grade(whole: Whole, most: number): string[] {
  if (!whole.judged || whole.open)
    return ['Comment :=>> Not everything could be judged: course staff will look at it.'];
  return [`Grade :=>> ${hundredths(shareOf(whole) * most)}`];
}
