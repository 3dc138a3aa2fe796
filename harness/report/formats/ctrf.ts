import { defined } from '../../base/defined.ts';
import { plainLine } from '../../base/plain.ts';
import type { Report, Status, Verdict } from '../../model/index.ts';
import { type Account, accounts, uniqueNames } from '../account.ts';
import { count } from '../tally.ts';

/** Inconclusive is `other`: it ran, and it neither passed nor failed. */
const STATUS: Readonly<Record<Status, string>> = {
  pass: 'passed',
  fail: 'failed',
  skip: 'skipped',
  inconclusive: 'other',
};

/** The report in the Common Test Report Format, ctrf.io, version 1.0.0. */
export function renderCtrf(report: Report): string {
  const { pass, fail, skip, inconclusive } = count(report);
  const names = uniqueNames(report);
  const texts = accounts(report);
  const start = Date.parse(report.startedAt);
  const document = {
    reportFormat: 'CTRF',
    specVersion: '1.0.0',
    generatedBy: 'socket-grader',
    timestamp: report.startedAt,
    results: {
      tool: { name: 'socket-grader', version: report.grader.version },
      summary: {
        tests: report.scenarios.length,
        passed: pass,
        failed: fail,
        skipped: skip,
        pending: 0,
        other: inconclusive,
        flaky: report.scenarios.filter(({ flaky }) => flaky).length,
        start,
        stop: start + Math.round(report.durationMs),
        duration: Math.round(report.durationMs),
        extra: { points: report.points, max_points: report.maxPoints, status: report.status },
      },
      tests: report.scenarios.map((verdict, index) =>
        test(report, verdict, names[index] ?? verdict.id, texts[index]),
      ),
      environment: {
        appName: plainLine(report.submission.id, 200),
        reportName: plainLine(report.spec.title, 200),
        osPlatform: report.host.platform,
        extra: { seed: report.seed, isolation: report.isolation.level },
      },
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function test(report: Report, verdict: Verdict, name: string, account?: Account): unknown {
  const { id, status, attempts, flaky, durationMs, points, maxPoints, findings, visibility } = verdict;
  return {
    testId: plainLine(id, 200) || name,
    name,
    status: STATUS[status],
    rawStatus: status,
    duration: Math.round(durationMs),
    suite: [plainLine(report.spec.title, 200)],
    retries: Math.max(0, attempts - 1),
    flaky,
    ...(account === undefined || account.message === '' ? {} : { message: account.message }),
    ...(account === undefined || findings.length === 0 ? {} : { trace: account.text }),
    extra: {
      points,
      max_points: maxPoints,
      visibility,
      ...defined({
        cause: findings[0]?.cause,
        because: findings[0]?.because,
      }),
    },
  };
}
