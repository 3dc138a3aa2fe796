import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fingerprint } from '../batch/intake/fingerprint.ts';
import type { Submission } from '../batch/types.ts';
import { eventually } from '../testing/fair-time.ts';
import { jobId } from './job.ts';
import { keysOf } from './keys.ts';
import { packJson } from './pack.ts';
import { readBatches, removeBatch } from './registry.ts';
import { loadResult } from './result.ts';
import { QueueCourse } from './testing/course.ts';
import { TestRedis } from './testing/redis.ts';
import { Turns } from './turns.ts';

/** Workers that look for dead ones often; the one that dies has its job for a moment only. */
const IMPATIENT = { lock: 12_000, look: 150 };
const DYING = { lock: 300, look: 150 };

let redis: TestRedis;
let course: QueueCourse;
const start = async (...kinds: string[]) => {
  course = await QueueCourse.make(redis.url(), kinds);
};

beforeAll(async () => {
  redis = await TestRedis.start();
});
afterEach(async () => {
  await course.remove();
  expect(await redis.keys()).toEqual([]);
});
afterAll(() => redis.remove());

test('a batch and two workers grade each submission once, and leave nothing in Redis', async () => {
  await start('right', 'right', 'lower', 'empty');
  const workers = [await course.worker(), await course.worker()];
  const executor = await course.batch('batch-a');
  const results = await course.grade(executor);
  await executor.close(true);
  expect(results.map(([id, { report }]) => [id, report.points, report.status])).toEqual([
    ['empty-3', 0, 'inconclusive'],
    ['lower-2', 0, 'fail'],
    ['right-0', 3, 'pass'],
    ['right-1', 3, 'pass'],
  ]);
  expect(workers.flatMap(({ graded }) => graded).toSorted()).toEqual(['lower-2', 'right-0', 'right-1']);
  const [, [, lower]] = results as [unknown, (typeof results)[number]];
  expect(lower.report.host.name).toBe(os.hostname());
  expect(lower.report.submission).toMatchObject({ id: 'lower-2', path: 'lower-2' });
  expect(lower.recording?.settings).toMatchObject({ spec: course.grading.job.spec, cwd: process.cwd() });
  expect(lower.recording?.report.host.name).toBe(os.hostname());
});

/** Takes the only job of a batch so many times, and is never heard of again. */
async function die(times: number): Promise<void> {
  const turns = new Turns(await course.connection(), { name: 'dead', level: 'none', patience: DYING });
  let taken = 0;
  while (taken < times) {
    await turns.refresh();
    if ((await turns.next()) === undefined) await new Promise((resolve) => setTimeout(resolve, 50));
    else taken++;
  }
  await turns.close();
}

test('a job whose worker died is taken by another one, and not for ever', async () => {
  await start('right');
  for (const [name, deaths] of [
    ['batch-once', 1],
    ['batch-killer', 4],
  ] as const) {
    const executor = await course.batch(name);
    const grading = course.grade(executor);
    await die(deaths);
    const worker = await course.worker({ patience: IMPATIENT });
    const [result] = await grading;
    await executor.close(true);
    await worker.end();
    const { report, final } = result?.[1] ?? {};
    if (deaths === 1) expect(report?.status).toBe('pass');
    else {
      expect(report?.status).toBe('inconclusive');
      expect(report?.scenarios[0]?.findings[0]).toMatchObject({
        because: 'harness',
        summary: '4 workers ended while they graded it.',
      });
      // Trying again would end a fifth.
      expect(final).toBe(true);
    }
  }
});

test('what is not to be believed is not believed, and what comes twice counts once', async () => {
  await start('lower');
  const [submission] = course.submissions;
  const job = jobId(submission?.sha256 ?? '', 'lower-0', false);
  const { result } = keysOf('batch-forged');
  const connection = await course.connection();
  const executor = await course.batch('batch-forged');
  // A right one first, of which forgeries are made.
  const honest = await course.worker();
  const [graded] = await course.grade(executor);
  await honest.end();
  const { report } = graded?.[1] ?? {};
  expect(report?.points).toBe(0);
  const all = report?.scenarios.map((verdict) => ({ ...verdict, points: verdict.maxPoints, status: 'pass' }));
  const forgeries: readonly unknown[] = [
    'no JSON of ours',
    { report: { ...report, points: 3, status: 'pass' }, final: true },
    {
      report: { ...report, scenarios: all?.slice(0, 1), points: 2, maxPoints: 2, status: 'pass' },
      final: true,
    },
    { report: { ...report, submission: { ...report?.submission, sha256: '0'.repeat(64) } }, final: true },
    {
      report: { ...report, scenarios: all?.map((one) => ({ ...one, points: 99 })), points: 198 },
      final: true,
    },
  ];
  const forge = async (forged: unknown) => {
    const body = typeof forged === 'string' ? Buffer.from(forged) : await packJson(forged);
    await connection.redis.hset(result(job), { body, recording: Buffer.alloc(0) });
  };
  const wanted = { grading: course.grading, submission: submission as Submission, level: 'none' } as const;
  const place = { batch: 'batch-forged', job };
  const read = () => loadResult(connection.redis, place, wanted);
  await forge({ report, final: true });
  expect((await read())?.report.points).toBe(0);
  for (const forged of forgeries) {
    await forge(forged);
    await expect(read()).rejects.toThrow(/a worker sent a result|packed data is broken/);
  }
  await expect(loadResult(connection.redis, place, { ...wanted, level: 'full' })).rejects.toThrow();
  // The last forgery is there: the submission is graded all the same.
  const next = await course.worker();
  const results = await course.grade(executor);
  expect(results.map(([id, one]) => [id, one.report.status])).toEqual([['lower-0', 'fail']]);
  expect(next.graded).toEqual(['lower-0']);
  await executor.close(true);
});

test('Redis forgets everything in the middle: the batch puts back what is open', async () => {
  await start('right', 'lower', 'once', 'crashes');
  const executor = await course.batch('batch-lost');
  const grading = course.grade(executor);
  const worker = await course.worker();
  await eventually(() => worker.graded.length === 1, 'one is graded');
  await redis.stop();
  // It is back with another password for a moment, as one that is set up again after it was started.
  await redis.refuse(4);
  await redis.start();
  const results = await grading;
  await executor.close(true);
  expect(results.map(([id, { report }]) => [id, report.points])).toEqual([
    ['crashes-3', 0],
    ['lower-1', 0],
    ['once-2', 2],
    ['right-0', 3],
  ]);
});

test('a batch that was killed finds its results and its jobs when it is started again', async () => {
  await start('right', 'lower');
  const first = await course.batch('batch-again');
  const stop = new AbortController();
  let queued = 0;
  // It is gone without a word; the worker goes on.
  const started = () => ++queued === 2 && stop.abort();
  await course.grade(first, { stop: stop.signal, started: () => void started() });
  const worker = await course.worker();
  await eventually(() => worker.graded.length === 2, 'both are graded');
  await worker.end();
  const second = await course.batch('batch-again');
  const results = await course.grade(second);
  await second.close(true);
  await first.close(true);
  expect(results.map(([id, { report }]) => [id, report.points])).toEqual([
    ['lower-1', 0],
    ['right-0', 3],
  ]);
});

test('workers visit batches in turn, single submissions first, and leave out what they cannot grade', async () => {
  await start('right', 'lower');
  const names = ['batch-one', 'batch-two', 'submit-now'];
  const stop = new AbortController();
  const executors = [];
  for (const name of names) {
    const executor = await course.batch(name, { urgent: name === 'submit-now' });
    executors.push(executor);
    let queued = 0;
    void course.grade(executor, { stop: stop.signal, started: () => void queued++ });
    await eventually(() => queued === 2, `${name} is in the queue`);
  }
  const strict = await course.batch('batch-strict', { level: 'full' });
  const { redis: client } = await course.connection();
  const [newer] = (await readBatches(client)).filter(({ name }) => name === 'batch-one');
  await client.hset(
    'socket-grader:batches',
    'batch-newer',
    JSON.stringify({ ...newer, name: 'batch-newer', version: '99.0.0' }),
  );
  const turns = new Turns(await course.connection(), { name: 'me', level: 'uid', patience: IMPATIENT });
  const refused = await turns.refresh();
  expect(refused.map(({ batch, why }) => [batch.name, why]).toSorted()).toEqual([
    ['batch-newer', 'it needs version 99.0.0 of the grader, and this is 0.1.0'],
    ['batch-strict', 'it wants isolation full, and here is uid'],
  ]);
  const order = [];
  for (let next = await turns.next(); next !== undefined; next = await turns.next())
    order.push(next.batch.name);
  expect(order).toEqual(['submit-now', 'submit-now', 'batch-one', 'batch-two', 'batch-one', 'batch-two']);
  await turns.close();
  stop.abort();
  await client.hdel('socket-grader:batches', 'batch-newer');
  for (const executor of [...executors, strict]) await executor.close(true);
});

test('what is too large for Redis goes through a folder that all share, or is listed', async () => {
  await start('right');
  const [submission] = course.submissions;
  const folder = course.folderOf({ id: 'right-0' });
  writeFileSync(path.join(folder, 'large'), randomBytes(9 * 1024 ** 2));
  course.submissions = [{ ...(submission as Submission), ...(await fingerprint(folder)) }];
  const store = mkdtempSync(path.join(os.tmpdir(), 'queue-store-'));
  for (const shared of [false, true]) {
    const more = shared ? { store } : {};
    const executor = await course.batch(`batch-large-${shared}`, more);
    const worker = await course.worker(more);
    const [result] = await course.grade(executor);
    await executor.close(true);
    await worker.end();
    const { report } = result?.[1] ?? {};
    if (shared) expect(report?.status).toBe('pass');
    else
      expect(report?.scenarios[0]?.findings[0]?.summary).toMatch(/^It has 9\.\d MiB when packed, more than/);
  }
  expect(readdirSync(store)).toEqual([]);
  rmSync(store, { recursive: true });
});

test('a worker that is to end does not wait for a Redis that is away, and says what it gave back', async () => {
  await start('right');
  const executor = await course.batch('batch-away');
  const stop = new AbortController();
  const grading = course.grade(executor, { stop: stop.signal });
  const worker = await course.worker();
  await eventually(() => worker.events.some(({ type }) => type === 'began'), 'it grades');
  await redis.stop();
  await worker.end();
  expect(worker.events.at(-1)).toMatchObject({ type: 'ended', outcome: 'given back' });
  stop.abort();
  await grading;
  await redis.start();
  const connection = await course.connection();
  await removeBatch(connection.redis, 'batch-away');
  await executor.close(true);
});
