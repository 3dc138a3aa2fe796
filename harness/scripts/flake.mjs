// Grades every fixture again and again and tells which verdicts are not as they must be.
// Usage: node harness/scripts/flake.mjs [rounds] [only: a part of the fixture's name]
import { grade } from '../../dist/grade.js';
import { disagreements, fixtureCases } from '../../dist/testing/fixtures.js';

const [rounds = '1', part = ''] = process.argv.slice(2);
const cases = fixtureCases().filter(({ name, spec }) => `${name} ${spec}`.includes(part));
let wrong = 0;
let inconclusive = 0;
let verdicts = 0;
for (let round = 1; round <= Number(rounds); round++) {
  for (const { name, folder, spec, expected } of cases) {
    const began = performance.now();
    const report = await grade({
      submission: folder,
      spec,
      params: stringify(expected.params),
      seed: String(round),
    });
    const bad = disagreements(expected, report);
    verdicts += report.scenarios.length;
    inconclusive += report.scenarios.filter(({ status }) => status === 'inconclusive').length;
    wrong += bad.length;
    const title = `${name} by ${spec.split('/').at(-1)?.replace('.grade.yaml', '')}`;
    const took = `${((performance.now() - began) / 1000).toFixed(1)} s`;
    if (bad.length > 0 || Number(rounds) === 1)
      console.log(`${bad.length > 0 ? 'WRONG' : 'ok   '} ${title} (round ${round}, ${took})`);
    for (const line of bad) console.log(`      ${line}`);
  }
}
console.log(`${verdicts} verdicts, ${wrong} not as expected, ${inconclusive} inconclusive`);
process.exitCode = wrong > 0 ? 1 : 0;

function stringify(params = {}) {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));
}
