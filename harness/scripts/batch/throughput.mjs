// Grades samples of mixed quality with one job and with two, and tells what the harness itself uses of the processor.
// Needs a build, and a machine that is otherwise idle.
//   node harness/scripts/batch/throughput.mjs [COUNT]
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { load, startBatch, temporary } from './lib.mjs';

const count = Number(process.argv[2] ?? 200);
const folder = temporary();
const given = path.join(folder, 'given');
mkdirSync(given);
const samples = readdirSync('fixtures/echo');
for (let number = 0; number < count; number++) {
  const sample = samples[number % samples.length];
  const target = path.join(given, `${sample}-${Math.floor(number / samples.length)}`);
  cpSync(path.join('fixtures/echo', sample), target, { recursive: true });
  rmSync(path.join(target, 'expected.yaml'));
}
console.log(`${count} submissions, ${samples.length} samples, ${load()}`);
const speed = {};
for (const jobs of [1, 2]) {
  const { result } = startBatch([
    given,
    '--spec',
    'echo',
    '--out',
    path.join(folder, `out${jobs}`),
    '--isolation',
    'auto',
    '--jobs',
    String(jobs),
  ]);
  const { code, seconds, own, workers, sandboxes, all, peak } = await result;
  speed[jobs] = count / seconds;
  const share = (100 * (own + workers + sandboxes)) / all;
  console.log(
    `${jobs} at a time: ${seconds.toFixed(0)} s, ${(60 * speed[jobs]).toFixed(1)} a minute, exit ${code}, ${load()}`,
  );
  console.log(
    `  processor time: ${all.toFixed(1)} s, of it orchestrator ${own.toFixed(1)}, workers ${workers.toFixed(1)} and sandboxes ${sandboxes.toFixed(1)}: ${share.toFixed(0)} % (goal: at most 50); orchestrator ${(peak / 1024 ** 2).toFixed(0)} MiB`,
  );
}
console.log(`two jobs against one: ${(speed[2] / speed[1]).toFixed(2)} (goal: at least 1.7)`);
