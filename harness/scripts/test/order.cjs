// Which suites begin first. Jest knows how long each takes only where it has run before; on a new machine it begins with
// the largest files, and those that grade every sample are small.
const { statSync } = require('node:fs');

const LONG = [
  'e2e/samples',
  'e2e/abuse',
  'judge/causes/samples',
  'e2e/witness',
  'e2e/batch',
  'e2e/real-servers',
  'e2e/run',
  'e2e/calibrate',
  'e2e/package',
  'e2e/isolation',
];

function rank({ path }) {
  const at = LONG.findIndex((name) => path.endsWith(`/harness/${name}.test.ts`));
  return at === -1 ? LONG.length : at;
}

module.exports = class TestOrder {
  sort(tests) {
    const sizes = new Map(tests.map((test) => [test, statSync(test.path).size]));
    return [...tests].sort((a, b) => rank(a) - rank(b) || sizes.get(b) - sizes.get(a));
  }

  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}

  shard(tests, { shardIndex, shardCount }) {
    return tests.filter((_, at) => at % shardCount === shardIndex - 1);
  }
};
