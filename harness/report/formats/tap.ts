import { defined } from '../../base/defined.ts';
import type { Report, Verdict } from '../../model/index.ts';
import { type Account, accounts, uniqueNames } from '../account.ts';
import { count } from '../tally.ts';

/**
 * The report in the Test Anything Protocol, version 14, testanything.org.
 *
 * Inconclusive is `not ok … # TODO`: consumers list such a point and count it neither as passed nor as failed, whereas
 * `# SKIP` goes with `ok` and would pass. When nothing at all could be judged, or the run was cut off, the document
 * bails out, so that it as a whole is not a success either.
 */
export function renderTap(report: Report): string {
  const names = uniqueNames(report);
  const texts = accounts(report);
  const { pass, fail, inconclusive } = count(report);
  const points = report.scenarios.flatMap((verdict, index) =>
    point(verdict, index + 1, names[index] ?? verdict.id, texts[index]),
  );
  const bail = report.interrupted
    ? ['Bail out! The run was interrupted.']
    : inconclusive > 0 && pass + fail === 0
      ? ['Bail out! Nothing could be judged.']
      : [];
  return `${['TAP version 14', `1..${report.scenarios.length}`, ...points, ...bail].join('\n')}\n`;
}

function point(verdict: Verdict, number: number, name: string, account?: Account): string[] {
  const { status } = verdict;
  const ok = status === 'pass' || status === 'skip' ? 'ok' : 'not ok';
  const reason = escapeTap(account?.message || 'no reason is known');
  const directive = {
    pass: '',
    fail: '',
    skip: ` # SKIP ${reason}`,
    inconclusive: ` # TODO inconclusive: ${reason}`,
  };
  return [`${ok} ${number} - ${escapeTap(name)}${directive[status]}`, ...diagnostics(verdict, account)];
}

function diagnostics(verdict: Verdict, account?: Account): string[] {
  const { status, points, maxPoints, durationMs, findings } = verdict;
  const facts = {
    status,
    points,
    max_points: maxPoints,
    duration_ms: Math.round(durationMs),
    ...defined({ cause: findings[0]?.cause }),
    ...(account === undefined || account.message === '' ? {} : { message: account.message }),
    ...(account === undefined || account.text === account.message
      ? {}
      : { account: account.text.split('\n') }),
  };
  // JSON is YAML, and its strings stay on one line.
  return [
    '  ---',
    ...Object.entries(facts).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`),
    '  ...',
  ];
}

/** A description that no consumer takes for a directive. */
export function escapeTap(text: string): string {
  return text.replace(/[\\#]/g, '\\$&');
}
