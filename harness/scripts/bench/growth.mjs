// How a batch grows: time and memory of the orchestrator with 30, 300 and 3,000 submissions, one in ten a server that runs.
// Flat memory and linear time show as ratios near 1 to what the smallest batch takes for each, and in all.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { STUDENTS, writeManySpec } from '../../../dist/batch/testing/course.js';
import { startBatch, temporary } from '../batch/lib.mjs';
import { table } from '../statistics.mjs';

export async function growth(sizes) {
  const folder = temporary();
  const spec = writeManySpec(folder);
  const servers = Object.values(STUDENTS).map(({ source }) => source);
  const rows = [['submissions', 'time', 'each', 'to the first', 'largest orchestrator', 'to the first']];
  let first;
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
    const each = seconds / size;
    first ??= { each, peak };
    const times = (value) => `${value.toFixed(2)} x`;
    rows.push([
      size,
      `${seconds.toFixed(1)} s`,
      `${(1000 * each).toFixed(0)} ms`,
      times(each / first.each),
      `${(peak / 1024 ** 2).toFixed(0)} MiB`,
      times(peak / first.peak),
    ]);
    // A larger one takes minutes.
    process.stderr.write(`${rows.at(-1).join('  ')}\n`);
  }
  console.log(`\n${table(rows)}`);
}
