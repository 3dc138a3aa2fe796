import { hundredths } from '../../base/units.ts';
import type { Report, Verdict } from '../../model/index.ts';
import { accounts, uniqueNames } from '../account.ts';
import { isJudged } from '../tally.ts';

/**
 * The last two lines that an autograder of Autolab prints: feedback by stage, and the scores by problem. Problems are the
 * scenarios' ids. A scenario that could not be judged has no score, so its problem stays ungraded. The scoreboard, where
 * a lab has one, gets the points and the number of scenarios that passed. Nothing may be printed after this.
 */
export function renderAutolab(report: Report): string {
  const texts = accounts(report);
  const ids = uniqueNames(report, ({ id }) => withoutColon(id));
  const names = uniqueNames(report, ({ id, title }) => withoutColon(`${id} - ${title}`));
  const entries = report.scenarios.map((verdict, index) => ({
    verdict,
    id: ids[index] ?? verdict.id,
    name: names[index] ?? verdict.id,
    text: texts[index]?.text ?? '',
  }));
  const judged = entries.filter(({ verdict }) => isJudged(verdict));
  const open = entries.filter(({ verdict }) => verdict.status === 'inconclusive');
  const stages = {
    Scenarios: Object.fromEntries(judged.map(({ verdict, name, text }) => [name, outcome(verdict, text)])),
    ...(open.length > 0
      ? {
          'Could not be judged': Object.fromEntries(
            open.map(({ name, text }) => [name, text || 'no reason is known']),
          ),
        }
      : {}),
  };
  const feedback = { _presentation: 'semantic', stages: Object.keys(stages), ...stages };
  const scores = Object.fromEntries(judged.map(({ id, verdict }) => [id, verdict.points]));
  const points = Object.values(scores).reduce((sum, one) => sum + one, 0);
  const passed = judged.filter(({ verdict }) => verdict.status === 'pass').length;
  const scoreboard = [hundredths(points), passed];
  return `${JSON.stringify(feedback)}\n${JSON.stringify({ scores, scoreboard })}\n`;
}

function outcome({ status }: Verdict, text: string): unknown {
  return status === 'pass' ? { passed: true } : { passed: false, hint: text };
}

/** Autolab takes `word:` in a name for a key. */
function withoutColon(name: string): string {
  return name.replaceAll(':', ' ').replace(/\s+/g, ' ');
}
