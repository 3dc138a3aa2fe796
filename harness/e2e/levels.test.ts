import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Grader, makeStage, type Stage } from '../testing/abuse.ts';
import { canIsolate } from '../testing/can-isolate.ts';
import { ROOT } from '../testing/cli.ts';
import { disagreements, type FixtureCase, fixtureCases } from '../testing/fixtures.ts';

/** Who grades and how, besides root without isolation, which is in fixtures.test.ts. */
const WAYS = [
  { grader: 'root', level: 'full', wish: 'require' },
  { grader: 'user', level: 'full', wish: 'require' },
  { grader: 'plain', level: 'none', wish: 'none' },
] as const;

const cases = fixtureCases();
let stage: Stage;
beforeAll(() => {
  stage = makeStage();
  cpSync(path.join(ROOT, 'fixtures'), path.join(stage.folder, 'fixtures'), { recursive: true });
});
afterAll(() => stage.remove());

describe.each(WAYS)('graded by $grader at level $level', ({ grader, level, wish }) => {
  const reason = canIsolate({ grader, level: level === 'none' ? 'full' : level });
  if (reason !== undefined) process.stderr.write(`Not tried: ${grader} at level ${level}: ${reason}.\n`);
  const run = reason === undefined ? test.concurrent : test.skip;

  run.each(cases.map((each) => [`${each.name} ${specOf(each)}`, each] as const))(
    '%s gets the verdicts that it must get',
    async (_, { name, spec, expected }) => {
      const file = path.join(stage.own(grader as Grader, 'out'), 'report.json');
      const params = Object.entries(expected.params ?? {});
      const { code, stderr } = await stage.run(
        grader,
        [
          ...['run', path.join(stage.folder, 'fixtures', name)],
          ...['--spec', path.join(stage.folder, 'grader/specs', path.basename(spec))],
          ...params.flatMap(([key, value]) => ['--param', `${key}=${value}`]),
          ...['--isolation', wish, '--unsafe', '--seed', 'levels', '--quiet'],
          // Several samples are graded at the same time; some have a clock of their own.
          ...['--jobs', '3'],
          ...['--report', `json=${file}`, '--audience', 'staff'],
        ],
        // Programs with a port of their own would meet those of other tests.
        { network: level !== 'full' },
      );
      if (code === null || code > 3) throw new Error(`exit status ${code}: ${stderr}`);
      const report = JSON.parse(readFileSync(file, 'utf8'));
      expect(disagreements(expected, report)).toEqual([]);
      expect(report.isolation.level).toBe(level);
    },
  );
});

function specOf({ spec }: FixtureCase): string {
  return path.basename(spec, '.grade.yaml');
}
