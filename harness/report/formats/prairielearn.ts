import { plainLine } from '../../base/plain.ts';
import type { Report, Verdict } from '../../model/index.ts';
import { accounts, uniqueNames } from '../account.ts';
import { notes } from '../notes.ts';
import { isJudged, judgedPoints, resultLine } from '../tally.ts';
import type { RenderOptions } from './format.ts';

/**
 * `results.json` of PrairieLearn's external graders. What could not be judged counts neither for nor against; when nothing
 * could, the submission is not gradable, which costs the student no attempt.
 */
export function renderPrairielearn(report: Report, { audience }: RenderOptions): string {
  const { points, maxPoints } = judgedPoints(report);
  const gradable = report.scenarios.some(isJudged);
  const texts = accounts(report);
  const names = uniqueNames(report, ({ title }) => title);
  const failed = report.scenarios.find(({ status }) => status === 'inconclusive');
  const reason = failed?.findings[0]?.summary ?? 'No scenario could be judged.';
  const document = {
    gradable,
    ...(gradable
      ? { score: maxPoints > 0 ? Math.min(1, points / maxPoints) : passes(report) }
      : { format_errors: [plainLine(reason, 1000)] }),
    message: resultLine(report),
    output: notes(report, audience).join('\n'),
    tests: report.scenarios.map((verdict, index) => ({
      name: names[index] ?? verdict.id,
      description: plainLine(verdict.id, 200),
      points: isJudged(verdict) ? verdict.points : 0,
      max_points: isJudged(verdict) ? verdict.maxPoints : 0,
      message: message(verdict, texts[index]?.message ?? ''),
      output: texts[index]?.text ?? '',
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Of scenarios that are worth nothing, all or nothing. */
function passes({ scenarios }: Report): number {
  return scenarios.some(({ status }) => status === 'fail') ? 0 : 1;
}

function message({ status }: Verdict, text: string): string {
  return { pass: '', fail: '', skip: 'Skipped. ', inconclusive: 'Could not be judged. ' }[status] + text;
}
