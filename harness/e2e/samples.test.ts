import { cpSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { grade } from '../grading/grade.ts';
import type { Report } from '../model/index.ts';
import { type Grader, makeStage, type Stage } from '../testing/abuse.ts';
import { canIsolate } from '../testing/can-isolate.ts';
import { ROOT } from '../testing/cli.ts';
import { ALL_SAMPLES, disagreements, type FixtureCase, fixtureCases, paramsOf } from '../testing/fixtures.ts';

/**
 * Who grades and how. Root grades every sample, an ordinary user every fourth at each of two levels, or all at both with
 * SAMPLES=all. Root without isolation is left to witness.test.ts, which grades the telling scenarios so.
 */
const WAYS = [
  { grader: 'root', level: 'full', wish: 'require' },
  { grader: 'user', level: 'full', wish: 'require', turn: 0 },
  { grader: 'plain', level: 'none', wish: 'none', turn: 2 },
] as const;
/** Several samples are graded at the same time, each with fewer scenarios: some have a clock of their own. */
const AT_A_TIME = 3;

/** Those that fail most begin first: they wait for deadlines, and nothing shall wait for them in the end. */
const cases = fixtureCases().sort((a, b) => failures(b) - failures(a));
const named = cases.map((each) => [`${each.name} ${path.basename(each.spec, '.grade.yaml')}`, each] as const);
const isRoot = process.getuid?.() === 0;

if (!ALL_SAMPLES)
  process.stderr.write(
    '  An ordinary user grades every fourth sample at each of two levels; SAMPLES=all: every one at both.\n',
  );

test('there are enough of them', () => {
  expect(new Set(cases.map(({ name }) => name)).size).toBeGreaterThanOrEqual(100);
});

let stage: Stage;
beforeAll(() => {
  stage = makeStage();
  cpSync(path.join(ROOT, 'fixtures'), path.join(stage.folder, 'fixtures'), { recursive: true });
});
afterAll(() => stage.remove());

describe.each(WAYS)('graded by $grader at level $level', ({ grader, level, wish, ...way }) => {
  const chosen = named.filter((_, at) => ALL_SAMPLES || !('turn' in way) || at % 4 === way.turn);
  const reason = canIsolate({ grader, level: level === 'none' ? 'full' : level });
  if (reason !== undefined) process.stderr.write(`Not tried: ${grader} at level ${level}: ${reason}.\n`);
  const run = reason === undefined ? test.concurrent : test.skip;

  run.each(chosen)('%s gets the verdicts that it must get', async (_, { name, spec, expected }) => {
    const file = path.join(stage.own(grader as Grader, 'out'), 'report.json');
    const params = Object.entries(expected.params ?? {});
    const { child, result } = stage.start(
      grader,
      [
        ...['run', path.join(stage.folder, 'fixtures', name)],
        ...['--spec', path.join(stage.folder, 'grader/specs', path.basename(spec))],
        ...params.flatMap(([key, value]) => ['--param', `${key}=${value}`]),
        ...['--isolation', wish, '--unsafe', '--seed', 'samples', '--quiet'],
        ...['--jobs', String(AT_A_TIME)],
        ...['--report', `json=${file}`, '--audience', 'staff'],
      ],
      // Programs with a port of their own would meet those of other tests.
      { network: level !== 'full' },
    );
    const { code, stderr } = await result;
    if (code === null || code > 3) throw new Error(`exit status ${code}: ${stderr}`);
    const report = JSON.parse(readFileSync(file, 'utf8'));
    expect(disagreements(expected, report)).toEqual([]);
    expect(report.isolation.level).toBe(level);
    expect(leftBy(child.pid)).toEqual([]);
  });
});

// An ordinary user cannot become others: then the samples are graded as this one, in this process.
(isRoot ? describe.skip : describe)('graded by this user at level none', () => {
  /** Specifications of one submission take turns, since it may have a port of its own. */
  const bySample = new Map<string, FixtureCase[]>();
  for (const one of cases) bySample.set(one.name, [...(bySample.get(one.name) ?? []), one]);

  test.concurrent.each([...bySample])('%s gets the verdicts that it must get', async (_, ofOne) => {
    for (const { folder, spec, expected } of ofOne) {
      const job = { submission: folder, spec, params: paramsOf(expected), seed: 'samples', jobs: AT_A_TIME };
      const report: Report = await grade(job);
      expect(disagreements(expected, report)).toEqual([]);
    }
  });

  afterAll(() => expect(leftBy(process.pid)).toEqual([]));
});

function failures({ expected }: FixtureCase): number {
  return Object.values(expected.scenarios).filter((status) => status === 'fail').length;
}

/** Folders that a grader made and did not remove. */
function leftBy(pid: number | undefined): readonly string[] {
  return readdirSync(os.tmpdir()).filter((name) => name.startsWith(`socket-grader-${pid}-`));
}
