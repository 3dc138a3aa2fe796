// Kills a batch, its workers, both, or workers together with what guards them with SIGKILL at random moments, lets it go on, and compares its gradebook with that of
// an undisturbed run. After each kill nothing may be left: no process, no control group, no temporary folder. Needs a build,
// and root: it goes on in a process namespace of its own, where every process is one of its own.
// LEVEL is full, uid (root without what makes namespaces, as in a plain container) or none.
//   node harness/scripts/batch/kill.mjs [KILLS] [SEED] [LEVEL]
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { STUDENTS, writeCourse, writeSpec } from '../../../dist/batch/testing/course.js';
import { hierarchies } from '../../../dist/sandbox/cgroups/hierarchies.js';
import { CONTAINER } from '../../../dist/testing/abuse.js';
import { load, startBatch, temporary } from './lib.mjs';

if (process.env.OWN_PROCESSES === undefined) {
  const again = [
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
    process.execPath,
    ...process.argv.slice(1),
  ];
  const { status } = spawnSync('unshare', again, {
    stdio: 'inherit',
    env: { ...process.env, OWN_PROCESSES: 'yes' },
  });
  process.exit(status ?? 1);
}
const kills = Number(process.argv[2] ?? 50);
let seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const level = process.argv[4] ?? 'full';
const isolation = level === 'none' ? 'none' : 'auto';
const before = level === 'uid' ? ['setpriv', `--bounding-set=${CONTAINER}`, '--'] : [];
const random = () => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return seed / 2 ** 32;
};
console.log(`${kills} kills, seed ${seed}, ${load()}`);
const folder = temporary();
const given = writeCourse(path.join(folder, 'given'), STUDENTS, 2);
const spec = writeSpec(folder);
const scratch = path.join(folder, 'tmp');
mkdirSync(scratch, { mode: 0o1777 });
const env = { ...process.env, TMPDIR: scratch };
const args = (out) => [
  given,
  '--spec',
  spec,
  '--out',
  path.join(folder, out),
  '--isolation',
  isolation,
  '--unsafe',
  '--jobs',
  '2',
];
const gradebook = (out) => readFileSync(path.join(folder, out, 'gradebook.csv'), 'utf8');
const whole = await startBatch(args('whole'), env, before).result;
const wanted = gradebook('whole');
console.log(`undisturbed: ${whole.seconds.toFixed(1)} s, exit ${whole.code}`);
const read = (file) => {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
};
const list = (place) => {
  try {
    return readdirSync(place);
  } catch {
    return [];
  }
};
/** Numbers of all processes, or of those whose command has a text in it. */
const processes = (text = '') =>
  list('/proc').filter((pid) => /^\d+$/.test(pid) && read(`/proc/${pid}/cmdline`).includes(text));
const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))[0];
/** All that is there now and that a grader may have left. */
const held = () => [
  ...processes()
    .filter((pid) => pid !== String(process.pid) && !/\) Z /.test(read(`/proc/${pid}/stat`)))
    .map((pid) => `process ${pid} (${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').slice(0, 80)})`),
  ...hierarchies().flatMap(({ own }) => list(own).filter((name) => name.includes(`-${namespace}-`))),
  ...list(scratch),
];
/** What is left once all has had the time to end. */
async function left() {
  for (let round = 0; ; round++) {
    const found = held();
    if (found.length === 0 || round === 100) return found;
    await setTimeout(100);
  }
}
/** The number of what started a process, or has adopted it. */
const parentOf = (pid) => / (\d+) /.exec(read(`/proc/${pid}/stat`).split(') ').at(-1))?.[1] ?? '0';
/** The workers of a batch, not what stands between it and them. */
const workersOf = (pid) =>
  processes('worker/main.cjs').filter((one) => {
    if (!read(`/proc/${one}/comm`).startsWith('node')) return false;
    for (let at = one; Number(at) > 1; ) {
      at = parentOf(at);
      if (at === String(pid)) return true;
    }
    return false;
  });
const VICTIMS = ['batch', 'workers', 'both', 'guarded'];
const kill = (pid) => {
  try {
    process.kill(Number(pid), 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
};
const tally = { batch: 0, workers: 0, both: 0, guarded: 0 };
let killed = 0;
let finished = 0;
let different = 0;
let leftovers = 0;
const compare = () => {
  finished++;
  if (gradebook('out') !== wanted) {
    different++;
    console.log(`another gradebook:\n${gradebook('out')}`);
  }
};
while (killed < kills) {
  const { child, result } = startBatch(args('out'), env, before);
  const victim = VICTIMS[killed % VICTIMS.length];
  const over = new AbortController();
  const shot = setTimeout(random() * whole.seconds * 700, undefined, { signal: over.signal }).then(
    () => {
      const workers = victim === 'batch' ? [] : workersOf(child.pid);
      for (const worker of workers.flatMap((one) => (victim === 'guarded' ? [parentOf(one), one] : [one])))
        kill(worker);
      if (victim === 'batch' || victim === 'both') kill(child.pid);
      else if (workers.length === 0) return;
      killed++;
      tally[victim]++;
    },
    () => {},
  );
  const { code, signal } = await result;
  over.abort();
  await shot;
  const found = await left();
  if (found.length > 0) {
    leftovers++;
    console.log(`left after ${victim}: ${found.join(', ')}`);
  }
  if (signal === 'SIGKILL') continue;
  // It came to its end; what a killed worker left open is graded by the next command.
  if (code !== 0) continue;
  compare();
  rmSync(path.join(folder, 'out'), { recursive: true });
}
await startBatch(args('out'), env, before).result;
compare();
console.log(
  `${killed} kills (${Object.entries(tally)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')}), ${finished} gradebooks, ${different} different, ${leftovers} left something behind`,
);
process.exitCode = different + leftovers === 0 ? 0 : 1;
