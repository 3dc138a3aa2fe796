import path from 'node:path';
import { grade } from '../grading/grade.ts';
import { ALL_SAMPLES, disagreements, type FixtureCase, fixtureCases, paramsOf } from '../testing/fixtures.ts';
import { sharedKernel } from '../testing/shared-kernel.ts';

/**
 * The scenarios with most to compare; each runs twice here, the second time traced. The first time is the one that grades
 * the samples as root without isolation, which samples.test.ts leaves out.
 */
const DECISIVE: Readonly<Record<string, readonly string[]>> = {
  'socket-basics': ['reuse-address', 'buffered-data'],
  echo: ['reuse-address', 'fragments', 'client-leaves'],
};
/** Programs with a port of their own could meet themselves in another test. */
const OWN_PORT = ['wrong-port', 'python-hardcoded-port', 'hard-coded-port'];
/** Wait for the whole deadline in each scenario. */
const SLOW = ['never-listens'];

function specOf({ spec }: FixtureCase): string {
  return path.basename(spec, '.grade.yaml');
}

const left = (name: string) => [...OWN_PORT, ...SLOW].includes(path.basename(name));
const cases = fixtureCases();
const first = cases.filter(({ name }, at) => cases.findIndex((each) => each.name === name) === at);
const all = first.filter(({ name }) => !left(name));
/** Tracing is slow: every second sample, unless all are asked for. */
const chosen = ALL_SAMPLES ? all : all.filter((_, at) => at % 2 === 0);

test('strace and the kernel agree on nearly every sample', () => {
  const names = first.filter(({ name }) => left(name)).map(({ name }) => name);
  process.stderr.write(`  left out, with ports of their own or slow: ${names.join(', ')}\n`);
  if (chosen.length < all.length)
    process.stderr.write('  every second of the others is compared; SAMPLES=all: every one\n');
  expect(chosen.length).toBeGreaterThan(60);
});

let compared = 0;
let graded = 0;
test.concurrent.each(chosen.map((each) => [each.name, each] as const))('%s', async (_, each) => {
  const { folder, spec, expected } = each;
  const ids = Object.keys(expected.scenarios);
  const only = [...(DECISIVE[specOf(each)] ?? ids.slice(0, 2))];
  // Who is busy before any client comes fails for that once, where it is asked for.
  if (expected.scenarios['blocking-accept'] === 'fail') only.push('blocking-accept');
  const params = paramsOf(expected);
  const report = await grade({
    submission: folder,
    spec,
    params,
    only,
    seed: 'witness',
    witness: 'strace',
    kernel: sharedKernel(),
    jobs: 3,
  });
  const scenarios = Object.fromEntries(only.map((id) => [id, expected.scenarios[id] ?? '']));
  const shows = Object.fromEntries(Object.entries(expected.shows ?? {}).filter(([id]) => only.includes(id)));
  expect(disagreements({ scenarios, shows }, report)).toEqual([]);
  const runs = report.scenarios.flatMap((verdict) => verdict.runs);
  // Where it was built and run at all, strace must have had something to say.
  expect(runs.filter((run) => run.confirmed === undefined)).toEqual([]);
  graded++;
  compared += runs.reduce((sum, run) => sum + (run.confirmed ?? 0), 0);
});

afterAll(() => {
  // Only some of them may have been asked for.
  if (graded === chosen.length) expect(compared).toBeGreaterThan(200);
});
