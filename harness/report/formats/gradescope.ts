import { plainLine } from '../../base/plain.ts';
import { hundredths } from '../../base/units.ts';
import type { Report, Verdict } from '../../model/index.ts';
import { type Account, accounts, uniqueNames } from '../account.ts';
import { forAudience } from '../audience.ts';
import { withFailureDetails } from '../failure-details.ts';
import { fenced } from '../markdown-text.ts';
import { notes } from '../notes.ts';
import { count, isJudged, judgedPoints } from '../tally.ts';

/**
 * `results.json` after Gradescope's autograder specification. A scenario that could not be judged has no score; Gradescope
 * then wants a score for the whole, which counts only those that could. When none could, there is no score at all, and
 * Gradescope asks for a person instead of giving a zero.
 */
export function renderGradescope(whole: Report): string {
  // Written for staff, and read by students as soon as a scenario's visibility says so.
  const report = { ...whole, scenarios: whole.scenarios.map(withFailureDetails) };
  const names = uniqueNames(report);
  const texts = accounts(report);
  const { inconclusive } = count(report);
  const judged = report.scenarios.some(isJudged);
  const forStudents = forAudience(report, 'student');
  const document = {
    ...(inconclusive > 0 && judged ? { score: judgedPoints(report).points } : {}),
    execution_time: Math.round(report.durationMs / 1000),
    // Whatever the tests' visibility, students read this at once.
    output: [...openly(report), ...notes(forStudents)].join('\n'),
    output_format: 'text',
    visibility: 'visible',
    stdout_visibility: 'hidden',
    extra_data: {
      schema: report.schema,
      grader: report.grader.version,
      seed: report.seed,
      status: report.status,
    },
    leaderboard: leaderboard(forStudents),
    tests: report.scenarios.map((verdict, index) => ({
      number: String(index + 1),
      ...test(verdict, names[index] ?? verdict.id, texts[index]),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Names only what every student may see. */
function openly({ scenarios }: Report): string[] {
  const open = scenarios.filter(({ status }) => status === 'inconclusive');
  if (open.length === 0) return [];
  const named = open.filter(({ visibility }) => visibility === 'visible').map(({ id }) => plainLine(id, 200));
  return [
    `Not everything could be judged${named.length > 0 ? `: ${named.join(', ')}` : ''}. No points are given or taken for it; course staff will look at it.`,
  ];
}

/** What was measured, shown only by assignments whose leaderboard is switched on: of what every student may see. */
function leaderboard({ scenarios }: Report): unknown[] {
  const passed = scenarios.filter(({ status }) => status === 'pass');
  const seconds = passed.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
  return [
    { name: 'Scenarios passed', value: passed.length, order: 'desc' },
    { name: 'Seconds for those', value: hundredths(seconds), order: 'asc' },
  ];
}

function test(verdict: Verdict, name: string, account?: Account): object {
  const { status, points, maxPoints, visibility, findings, flaky } = verdict;
  const heading = { pass: '', fail: '', skip: 'Skipped. ', inconclusive: 'Could not be judged, no score. ' }[
    status
  ];
  const output = `${heading}${account === undefined || account.text === '' ? '' : fenced(account.text)}`;
  return {
    name,
    ...(isJudged(verdict)
      ? { score: points, max_score: maxPoints, status: status === 'pass' ? 'passed' : 'failed' }
      : {}),
    ...(status === 'skip' && !isJudged(verdict) ? { score: 0, max_score: 0 } : {}),
    ...(output === '' ? {} : { output }),
    output_format: 'md',
    visibility,
    tags: [status],
    extra_data: {
      id: plainLine(verdict.id, 200),
      status,
      flaky,
      causes: findings.slice(0, 10).map(({ cause }) => cause),
    },
  };
}
