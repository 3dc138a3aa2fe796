import { UserError } from '../../base/user-error.ts';
import type { Report } from '../../model/index.ts';
import { accounts, uniqueNames } from '../account.ts';
import { isJudged } from '../tally.ts';
import { CLASSROOM50_NEEDS } from './classroom50-environment.ts';
import type { RenderOptions } from './format.ts';

/**
 * `result.json` after Classroom 50's `classroom50/result/v1`, which knows only whole numbers and passed or not. A scenario
 * that could not be judged counts 0 of 0 and says so in its name; when none could, there is no result, which the runner
 * reports as an error and not as a zero.
 */
export function renderClassroom50(report: Report, { env = {} }: RenderOptions): string {
  const missing = CLASSROOM50_NEEDS.filter((name) => !env[name]);
  if (missing.length > 0)
    throw new UserError({
      where: '--report classroom50',
      what: `the environment does not set ${missing.join(', ')}`,
      fix: 'The runner of Classroom 50 sets them; elsewhere choose another format.',
    });
  if (!report.scenarios.some(isJudged))
    throw new UserError({
      where: 'no result',
      what: 'nothing could be judged, and the format cannot express that',
      fix: 'Look at the other reports and run again.',
    });
  const owner = env.OWNER || env.USERNAME;
  const rows = tests(report);
  const sum = (key: 'score' | 'max-score') => rows.reduce((so, row) => so + row[key], 0);
  const result = {
    schema: 'classroom50/result/v1',
    classroom: env.CLASSROOM,
    assignment: env.ASSIGNMENT,
    ...(env.ASSIGNMENT_TYPE ? { assignment_type: env.ASSIGNMENT_TYPE } : {}),
    ...(owner ? { owner } : {}),
    submission: env.SUBMISSION_TAG,
    commit: env.COMMIT_URL,
    release: env.RELEASE_URL,
    review: env.REVIEW_URL || env.COMMIT_URL,
    datetime: utc(env.COMMIT_TIME) ?? utc(report.startedAt),
    graded_at: utc(report.startedAt),
    score: sum('score'),
    'max-score': sum('max-score'),
    tests: rows,
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}

/** A time as Classroom 50 writes it; undefined where it is none. */
function utc(text: string | undefined): string | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}

function tests(report: Report) {
  const names = uniqueNames(report);
  const texts = accounts(report);
  const scale = wholeScale(report);
  const whole = (points: number) => Math.round(points * scale);
  return report.scenarios.flatMap((verdict, index) => {
    const { status, points, maxPoints } = verdict;
    const name = names[index] ?? verdict.id;
    if (status === 'skip' && !isJudged(verdict)) return [];
    const row =
      status === 'inconclusive'
        ? { 'test-name': `${name} (could not be judged)`, passed: false, score: 0, 'max-score': 0 }
        : {
            'test-name': name,
            passed: status === 'pass',
            score: whole(points),
            'max-score': whole(maxPoints),
          };
    const message = texts[index]?.text;
    return [message && status !== 'pass' ? { ...row, message } : row];
  });
}

/** The smallest of 1, 10 and 100 that makes all points whole. */
function wholeScale({ scenarios }: Report): number {
  const isWhole = (scale: number) =>
    scenarios.every(({ points, maxPoints }) =>
      [points, maxPoints].every((value) => Math.abs(value * scale - Math.round(value * scale)) < 1e-6),
    );
  return [1, 10].find(isWhole) ?? 100;
}
