import { CONSUMERS, submittyShares } from '../report/testing/consumers.ts';

/** What a platform understands; throws where it would not take it. */
function understood<Result>(platform: string, text: string): Result {
  const consumer = CONSUMERS[platform];
  if (consumer === undefined) throw new Error(`nobody reads ${platform}`);
  return consumer(text) as Result;
}

const sum = (numbers: readonly number[]) => numbers.reduce((so, one) => so + one, 0);
/** What the scenarios of the lab are worth. */
const WORTH: Readonly<Record<string, number>> = { listens: 1, echoes: 3 };
const worthOf = (name: string) => WORTH[name.split(':')[0] ?? ''] ?? 0;

/** Points of test cases that neither failed nor were left out. */
function junit(text: string): number {
  type Case = {
    readonly name: string;
    readonly failure?: unknown;
    readonly error?: unknown;
    readonly skipped?: unknown;
  };
  const { testsuites } = understood<{ testsuites: { testsuite: { testcase: readonly Case[] } } }>(
    'junit',
    text,
  );
  const passed = testsuites.testsuite.testcase.filter(
    (one) => one.failure === undefined && one.error === undefined && one.skipped === undefined,
  );
  return sum(passed.map(({ name }) => worthOf(name)));
}

/** Points as a report for people says them. */
function said(text: string): number | undefined {
  const points = /(\d+) of 4 points/.exec(text)?.[1];
  return points === undefined ? undefined : Number(points);
}

/**
 * By platform: the points that it would give, of the four of the lab, for what `test-locally.sh` prints; undefined where
 * it gives no grade. Throws where it would not take the result.
 */
export const POINTS: Readonly<Record<string, (text: string) => number | undefined>> = {
  gradescope: (text) => {
    const { score, tests } = understood<{ score?: number; tests: { score?: number }[] }>('gradescope', text);
    const scores = tests.flatMap((test) => test.score ?? []);
    return score ?? (scores.length === 0 ? undefined : sum(scores));
  },
  prairielearn: (text) => {
    const { gradable, score = 0 } = understood<{ gradable: boolean; score?: number }>('prairielearn', text);
    return gradable ? 4 * score : undefined;
  },
  autolab: (text) => {
    const last = text.trimEnd().split('\n').slice(-2).join('\n');
    return sum(Object.values(understood<{ scores: Record<string, number> }>('autolab', `${last}\n`).scores));
  },
  classroom50: (text) => understood<{ score: number }>('classroom50', text).score,
  submitty: (text) => {
    const [listens, echoes] = submittyShares(text);
    return listens === undefined || echoes === undefined ? undefined : listens + 3 * echoes;
  },
  github: said,
  gitlab: junit,
  docker: said,
  coursera: (text) => 4 * understood<{ fractionalScore: number }>('coursera', text).fractionalScore,
  artemis: junit,
  // The grade is of 20 there.
  'moodle-vpl': (text) => understood<{ grade: number }>('moodle-vpl', text).grade / 5,
  markus: (text) =>
    sum(understood<{ marks_earned: number }[]>('markus', text).map((one) => one.marks_earned)),
};
