import { readdirSync } from 'node:fs';
import os from 'node:os';
import { grade } from '../grading/grade.ts';
import { disagreements, fixtureCases, paramsOf } from '../testing/fixtures.ts';

/** Several samples are graded at the same time, each with fewer scenarios: some have a clock of their own. */
const AT_A_TIME = 3;

/** By folder: specifications of one submission take turns, since it may have a port of its own. */
const byFixture = new Map<string, ReturnType<typeof fixtureCases>>();
for (const one of fixtureCases()) byFixture.set(one.name, [...(byFixture.get(one.name) ?? []), one]);

describe('every sample submission gets the verdicts that it must get', () => {
  test('there are enough of them', () => {
    expect(byFixture.size).toBeGreaterThanOrEqual(25);
  });

  test.concurrent.each([...byFixture])('%s', async (_, cases) => {
    for (const { folder, spec, expected } of cases) {
      const params = paramsOf(expected);
      const report = await grade({ submission: folder, spec, params, seed: 'fixtures', jobs: AT_A_TIME });
      expect(disagreements(expected, report)).toEqual([]);
    }
  });
});

afterAll(() => {
  expect(readdirSync(os.tmpdir()).filter((name) => name.startsWith(`socket-grader-${process.pid}-`))).toEqual(
    [],
  );
});
