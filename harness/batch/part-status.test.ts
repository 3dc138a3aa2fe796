import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describeStatus } from '../cli/status.ts';
import { eventually } from '../testing/fair-time.ts';
import { readDecisions } from './decisions/decisions.ts';
import { JOURNAL, writeJournal } from './journal.ts';
import { LiveStatus } from './live.ts';
import { writeLiveIndex } from './live-index.ts';
import { writeManifest } from './manifest.ts';
import { renderParts } from './page/parts.ts';
import { describeRunning } from './page/running.ts';
import { statusOf } from './part-status.ts';
import { type Running, readRunning, writeRunning } from './running.ts';
import { manifestOf, result, submission } from './testing/graded.ts';

let folder: string;
const part = (number: number) => path.join(folder, `part-${number}`);

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'status-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A part of a course: `graded` of its submissions have a result. */
async function write(number: number, ids: readonly string[], graded: number): Promise<void> {
  const shard = { index: number, count: 4 };
  const manifest = manifestOf(
    ids.map((id) => submission(id, { ids: {} })),
    { shard },
  );
  await writeManifest(part(number), manifest);
  const results = ids.slice(0, graded).map((id, at) => result(id, 4 - at, at === 2 ? 'why' : undefined));
  await writeJournal(path.join(part(number), JOURNAL), results);
}

const ago = (seconds: number) => new Date(Date.now() - 1000 * seconds).toISOString();
const said = (more: Partial<Running> = {}) => ({
  ...{ began: ago(60), updated: ago(1), kept: 0, done: 1, total: 2, running: 1 },
  ...more,
});

test('all parts are counted together, also those that run, stopped, have not begun or are not named', async () => {
  await write(1, ['ada', 'bob'], 2);
  await write(2, ['cleo', 'dan'], 1);
  await write(3, ['eve', 'fay', 'gus', 'hal'], 3);
  await writeRunning(part(2), said());
  // It was killed, and its last word is old.
  await writeRunning(part(3), said({ updated: ago(40) }));
  appendFileSync(path.join(part(2), JOURNAL), '{"half of a');
  const later = path.join(folder, 'later');
  const status = await statusOf([part(1), part(2), part(3), later]);
  expect(status).toMatchObject({ total: 8, done: 6, missing: [4], waiting: [later] });
  expect(status.parts.map(({ running }) => running === undefined)).toEqual([true, false, true]);
  expect(status.rate).toBeCloseTo(60 / 59, 1);
  const text = describeStatus(status).replaceAll(`${folder}/`, '');
  expect(text).toMatch(
    /^Echo server: 3 parts\n {2}6 of 8 graded \(✓3 ✗2 \?1\), 1 being graded, 1\.0 a minute, \d+ s left\n/,
  );
  expect(text).toMatch(/part-1 {2}1\/4 █{20} 2\/2, ✓1 ✗1 \?0, done\n/);
  expect(text).toMatch(
    /part-2 {2}2\/4 █{10}░{10} 1\/2, ✓1 ✗0 \?0, 1 being graded on .*, 1\.0 a minute, \d+ s left\n/,
  );
  expect(text).toContain('3/4, ✓1 ✗1 ?1, not running: give its command again to resume\n');
  expect(text).toContain('later  no batch has begun there\n  Parts that are not named here: 4\n');
  const page = renderParts(status, {
    addressOf: (name) => `${name}/index.html`,
    isOver: false,
    now: new Date(),
  });
  expect(page).toContain(`href="${part(2)}/index.html"`);
  expect(page).toContain('id="running"');
  expect(page).toContain('<progress max="8" value="6"');
});

test('a folder of no batch and one of another assignment are refused', async () => {
  await expect(statusOf([folder])).rejects.toMatchObject({ where: folder });
  await write(1, ['ada'], 1);
  await writeManifest(part(2), manifestOf([], { spec: { title: 'Other', file: 'o', fingerprint: 'o' } }));
  await expect(statusOf([part(1), part(2)])).rejects.toMatchObject({ where: part(2) });
});

test('while a batch runs its folder says how far it is, and no longer', async () => {
  await write(1, ['ada', 'bob'], 0);
  const manifest = manifestOf([submission('ada', { ids: {} }), submission('bob', { ids: {} })]);
  const live = new LiveStatus(
    part(1),
    async () => {},
    async () => {},
  );
  live.hear({ type: 'begin', manifest, kept: [] });
  live.hear({ type: 'started', submission: submission('ada') });
  live.hear({ type: 'finished', submission: submission('ada'), result: result('ada', 4) });
  live.hear({ type: 'started', submission: submission('bob') });
  await eventually(() => existsSync(path.join(part(1), 'running.json')), 'it says how far it is');
  expect(await readRunning(part(1))).toMatchObject({ done: 1, total: 2, running: 1, kept: 0 });
  await live.end();
  expect(await readRunning(part(1))).toBeUndefined();
  // The folder is another process's by now.
  let asked = 0;
  const lost = async () => {
    asked++;
    throw new Error('taken over');
  };
  const late = new LiveStatus(part(1), lost, async () => {});
  late.hear({ type: 'begin', manifest, kept: [] });
  await eventually(() => asked > 0, 'it asks');
  await late.end();
  expect(existsSync(path.join(part(1), 'running.json'))).toBe(false);
});

test('the overview of a batch that runs has what is graded, and its share of the queue', async () => {
  const manifest = manifestOf(['ada', 'bob'].map((id) => submission(id, { ids: {} })));
  const decisions = readDecisions(folder, {}, manifest.scenarios);
  const results = new Map([['ada', result('ada', 3)]]);
  const running = await writeRunning(folder, said({ running: 3, queue: { workers: 2, all: 4, batches: 2 } }));
  await writeLiveIndex(folder, { manifest, results, roster: undefined, decisions, running }, {});
  const page = readFileSync(path.join(folder, 'index.html'), 'utf8');
  expect(page).toContain('3 of 4 at 2 workers of the queue (75 %, with 1 other batch)');
  expect(page).toContain('<progress max="2" value="1"');
  expect(page).not.toMatch(/not graded yet|manual review needed/);
  expect(page).toContain('>waiting<');
  expect(describeRunning({ ...running, queue: { workers: 2, all: 3, batches: 1 } })).toContain(
    '3 of 3 at 2 workers of the queue',
  );
});
