// Grades a course over a queue with three workers, two of them at another nice level, and meanwhile kills the batch and the
// workers with SIGKILL at random, and restarts Redis twice: once with what it held, and once without. Then compares the
// gradebook with that of a batch without a queue, and looks for what is left. Needs a build and redis-server.
//   node harness/scripts/batch/queue-soak.mjs [SUBMISSIONS] [KILLS] [SEED]
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { STUDENTS, writeCourse, writeSpec } from '../../../dist/batch/testing/course.js';
import { descendants, isAlive, startRedis } from '../queue-lib.mjs';
import { load, startBatch, temporary } from './lib.mjs';

const count = Number(process.argv[2] ?? 300);
const kills = Number(process.argv[3] ?? 30);
let seed = Number(process.argv[4] ?? Date.now() % 2 ** 31);
const random = () => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return seed / 2 ** 32;
};
console.log(`${count} submissions, ${kills} kills, seed ${seed}, ${load()}`);

const MAIN = 'dist/cli/main.js';
const folder = temporary();
const at = (...names) => path.join(folder, ...names);
const given = writeCourse(at('given'), STUDENTS, Math.ceil(count / Object.keys(STUDENTS).length));
const args = (out, ...more) => [
  given,
  '--spec',
  writeSpec(folder),
  '--out',
  at(out),
  '--isolation',
  'auto',
  ...more,
];
const gradebook = (out) => readFileSync(at(out, 'gradebook.csv'), 'utf8');

const local = await startBatch([...args('local', '--unsafe', '--jobs', '3')]).result;
console.log(`without a queue: ${local.seconds.toFixed(0)} s, exit ${local.code}`);

const redis = await startRedis(folder);
/** Processes that were below a killed one. */
const orphans = new Set();
const workers = [0, 1, 2].map((number) => startWorker(number));
let batch = startQueuedBatch();
let done = 0;
let restarts = 0;
const began = performance.now();
const wanted = [...Array.from({ length: kills }, () => 'kill'), 'restart', 'restart'];
// The restarts fall somewhere in the middle.
for (const [place, at] of [kills + 1, kills].entries()) {
  const to = Math.floor((0.25 + 0.5 * random()) * kills) + place;
  [wanted[to], wanted[at]] = [wanted[at], wanted[to]];
}
const pause = (local.seconds * 1000) / wanted.length;
for (const what of wanted) {
  if (batch.code !== undefined) break;
  await wait(2 * random() * pause);
  if (what === 'restart') {
    await redis.restart(restarts++ === 0);
    continue;
  }
  const victim = Math.floor(random() * 4);
  done++;
  if (victim < 3) {
    kill(workers[victim]);
    await workers[victim].gone;
    workers[victim] = startWorker(victim);
  } else if (batch.code === undefined) {
    kill(batch);
    await batch.gone;
    if (batch.code === null) batch = startQueuedBatch();
  }
}
await batch.gone;
console.log(
  `with a queue: ${((performance.now() - began) / 1000).toFixed(0)} s, exit ${batch.code}, ${done} kills, ${restarts} restarts of Redis, ${load()}`,
);
const problems = [];
if (done < kills || restarts < 2) problems.push('it was over before all was killed: give more submissions');
if (gradebook('local') !== gradebook('queued')) problems.push('the gradebook is another one');
const graded = new Map();
for (const line of readFileSync(at('queued', 'journal.jsonl'), 'utf8').trim().split('\n')) {
  const { result } = JSON.parse(line).entry;
  if (result) graded.set(result.id, [...(graded.get(result.id) ?? []), result]);
}
for (const [id, results] of graded)
  if (results.filter(({ open }) => open === undefined).length > 1) problems.push(`${id} was graded twice`);
if (graded.size !== readdirSync(given).length) problems.push(`${graded.size} submissions have a result`);

for (const worker of workers) worker.child.kill('SIGTERM');
for (const worker of workers) await worker.gone;
// One that finds nothing to do clears up after those that were killed.
const last = startWorker(3);
await wait(3_000);
last.child.kill('SIGTERM');
await last.gone;
let keys = await redis.keys();
// Workers that were killed are forgotten after a while.
for (let tries = 0; keys.length > 0 && tries < 60; tries++) {
  await wait(1_000);
  keys = await redis.keys();
}
if (keys.length > 0) problems.push(`left in Redis: ${keys.join(', ')}`);
const files = readdirSync(at('tmp'));
if (files.length > 0) problems.push(`left in the folder for temporary files: ${files.join(', ')}`);
for (let tries = 0; tries < 100 && [...orphans].some(isAlive); tries++) await wait(100);
const alive = [...orphans].filter(isAlive);
if (alive.length > 0) problems.push(`processes are left: ${alive.join(', ')}`);
await redis.stop();
console.log(
  problems.length === 0 ? 'the same gradebook, each graded once, nothing left' : problems.join('\n'),
);
process.exitCode = problems.length === 0 ? 0 : 1;

function startWorker(number) {
  const words = [MAIN, 'worker', '--queue', redis.url, '--isolation', 'auto', '--jobs', '1'];
  return start(
    number === 0 ? [process.execPath, ...words] : ['nice', '-n', '10', process.execPath, ...words],
  );
}

function startQueuedBatch() {
  return start([process.execPath, MAIN, 'batch', ...args('queued', '--unsafe', '--queue', redis.url)]);
}

/** `code` is null for one that was killed. */
function start([file, ...words]) {
  const child = spawn(file, words, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, TMPDIR: at('tmp') },
  });
  const started = { child, code: undefined, gone: undefined };
  started.gone = new Promise((resolve) =>
    child.once('exit', (code) => {
      started.code = code;
      resolve();
    }),
  );
  return started;
}

function kill({ child }) {
  for (const name of descendants(child.pid)) orphans.add(name);
  child.kill('SIGKILL');
}
