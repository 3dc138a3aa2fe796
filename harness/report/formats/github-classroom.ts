import type { Report, Status } from '../../model/index.ts';
import { accounts, uniqueNames } from '../account.ts';
import { isJudged, judgedPoints } from '../tally.ts';

/** Inconclusive is `error`, which readers show as such and give no points for. */
const STATUS: Readonly<Record<Status, string>> = {
  pass: 'pass',
  fail: 'fail',
  inconclusive: 'error',
  skip: 'fail',
};

/**
 * The line `result=BASE64` for `$GITHUB_OUTPUT`, as GitHub Classroom's graders made it and as its autograding reporter
 * and the tools that came after read it. The highest score counts what could be judged.
 */
export function renderGithubClassroom(report: Report): string {
  const names = uniqueNames(report);
  const texts = accounts(report);
  const tests = report.scenarios.flatMap((verdict, index) => {
    const { status, points, durationMs } = verdict;
    if (status === 'skip' && !isJudged(verdict)) return [];
    return [
      {
        name: names[index] ?? verdict.id,
        status: STATUS[status],
        score: isJudged(verdict) ? points : 0,
        message: status === 'pass' ? '' : (texts[index]?.text ?? ''),
        test_code: '',
        filename: '',
        line_no: 0,
        execution_time: `${(durationMs / 1000).toFixed(3)}s`,
      },
    ];
  });
  const status =
    tests.find(({ status }) => status === 'error') ?? tests.find(({ status }) => status === 'fail');
  const result = {
    version: 1,
    status: status?.status ?? 'pass',
    max_score: judgedPoints(report).maxPoints,
    tests,
  };
  return `result=${Buffer.from(JSON.stringify(result)).toString('base64')}\n`;
}
