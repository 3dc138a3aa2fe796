// What a queue costs a batch: the same submissions with and without it, one at a time, and with two workers.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { STUDENTS, writeCourse, writeSpec } from '../../../dist/batch/testing/course.js';
import { startRedis } from '../queue-lib.mjs';

const MAIN = 'dist/cli/main.js';
/** Copies of each kind of submission. */
const COPIES = 3;

/** Seconds that batches took, `rounds` of each, in turns; undefined where there is no Redis. */
export async function queueTimes(folder, rounds) {
  if (spawnSync('redis-server', ['--version']).status !== 0) return undefined;
  const place = path.join(folder, 'queue');
  mkdirSync(place);
  const given = writeCourse(path.join(place, 'given'), STUDENTS, COPIES);
  const spec = writeSpec(place);
  const redis = await startRedis(place);
  const times = { local: [], one: [], two: [] };
  const batch = async (name, ...more) => {
    const out = path.join(place, 'out');
    const args = [
      MAIN,
      'batch',
      given,
      '--spec',
      spec,
      '--out',
      out,
      '--isolation',
      'auto',
      '--unsafe',
      ...more,
    ];
    const began = performance.now();
    const { status } = await run(args);
    times[name].push((performance.now() - began) / 1000);
    if (status !== 0) throw new Error(`the batch ended with status ${status}`);
    rmSync(out, { recursive: true });
  };
  const workers = [];
  const startWorker = async () => {
    const args = [MAIN, 'worker', '--queue', redis.url, '--isolation', 'auto', '--jobs', '1'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    workers.push(child);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.stdout.resume();
  };
  const stopWorkers = async () => {
    for (const worker of workers.splice(0)) {
      const gone = new Promise((resolve) => worker.once('exit', resolve));
      worker.kill('SIGTERM');
      await gone;
    }
  };
  try {
    for (let round = 0; round < rounds; round++) {
      await batch('local', '--jobs', '1');
      await startWorker();
      await batch('one', '--queue', redis.url);
      await startWorker();
      await batch('two', '--queue', redis.url);
      await stopWorkers();
    }
  } finally {
    await stopWorkers();
    await redis.stop();
  }
  return { ...times, count: COPIES * Object.keys(STUDENTS).length };
}

function run(args) {
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  return new Promise((resolve) => child.once('exit', (status) => resolve({ status })));
}
