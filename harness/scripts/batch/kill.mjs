// Kills a batch with SIGKILL at random moments, lets it go on, and compares its gradebook with that of an undisturbed
// run. Needs a build.
//   node harness/scripts/batch/kill.mjs [KILLS] [SEED]
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { STUDENTS, writeCourse, writeSpec } from '../../../dist/batch/testing/course.js';
import { load, startBatch, temporary } from './lib.mjs';

const kills = Number(process.argv[2] ?? 50);
let seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const random = () => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return seed / 2 ** 32;
};
console.log(`${kills} kills, seed ${seed}, ${load()}`);
const folder = temporary();
const given = writeCourse(path.join(folder, 'given'), STUDENTS, 2);
const spec = writeSpec(folder);
const args = (out) => [
  given,
  '--spec',
  spec,
  '--out',
  path.join(folder, out),
  '--isolation',
  'auto',
  '--unsafe',
  '--jobs',
  '2',
];
const gradebook = (out) => readFileSync(path.join(folder, out, 'gradebook.csv'), 'utf8');
const whole = await startBatch(args('whole')).result;
const wanted = gradebook('whole');
console.log(`undisturbed: ${whole.seconds.toFixed(1)} s, exit ${whole.code}`);
let killed = 0;
let finished = 0;
let different = 0;
while (killed < kills) {
  const { child, result } = startBatch(args('out'));
  const timer = setTimeout(() => child.kill('SIGKILL'), random() * whole.seconds * 700);
  const { signal } = await result;
  clearTimeout(timer);
  if (signal === 'SIGKILL') {
    killed++;
    continue;
  }
  // It came to its end: compare, and begin anew.
  finished++;
  if (gradebook('out') !== wanted) different++;
  rmSync(path.join(folder, 'out'), { recursive: true });
}
await startBatch(args('out')).result;
finished++;
if (gradebook('out') !== wanted) different++;
console.log(`${killed} kills, ${finished} gradebooks, ${different} different`);
process.exitCode = different === 0 ? 0 : 1;
