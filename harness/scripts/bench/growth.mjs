// How a batch grows: time and memory of the orchestrator with 30, 300 and 3,000 submissions, one in ten a server that runs.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { STUDENTS, writeManySpec } from '../../../dist/batch/testing/course.js';
import { startBatch, temporary } from '../batch/lib.mjs';
import { table } from '../statistics.mjs';

const SIZES = [30, 300, 3_000];

export async function growth(sizes = SIZES) {
  const folder = temporary();
  const spec = writeManySpec(folder);
  const servers = Object.values(STUDENTS).map(({ source }) => source);
  const rows = [['submissions', 'time', 'each', 'largest orchestrator']];
  for (const size of sizes) {
    const given = path.join(folder, `given-${size}`);
    for (let n = 0; n < size; n += 1) {
      const student = path.join(given, `student-${String(n).padStart(5, '0')}`);
      mkdirSync(student, { recursive: true });
      if (n % 10 === 0)
        writeFileSync(path.join(student, 'server.py'), `${servers[(n / 10) % servers.length]}# ${n}\n`);
      else writeFileSync(path.join(student, 'notes.txt'), `Notes of ${n}.\n`);
    }
    const args = [given, '--spec', spec, '--out', path.join(folder, `out-${size}`), '--isolation', 'auto'];
    const { seconds, peak } = await startBatch(args).result;
    rows.push([
      size,
      `${seconds.toFixed(1)} s`,
      `${((1000 * seconds) / size).toFixed(0)} ms`,
      `${(peak / 1024 ** 2).toFixed(0)} MiB`,
    ]);
  }
  console.log(`\n${table(rows)}`);
}
