import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PROGRAMS } from '../similarity/testing/programs.ts';
import { submissionFolder } from './intake/intake.ts';
import { JOURNAL, writeJournal } from './journal.ts';
import { readManifest, writeManifest } from './manifest.ts';
import { compareBatch } from './similar.ts';
import { manifestOf, result, submission } from './testing/graded.ts';
import { changeBatch } from './write-again.ts';

const { original, copy, apart } = PROGRAMS['server.py'] ?? { original: '', copy: '', apart: '' };
const USUAL = { starter: [], threshold: 0.5 };

let folder: string;
const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');
const similarIn = (page: string) =>
  [...page.matchAll(/<a href="similar\.html#(pair-\d+)">(\d+) %<\/a> ([^<]+)/g)].map((match) =>
    match.slice(1),
  );

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'similar-'));
  const given = { ada: original, bob: copy, cleo: apart };
  for (const [id, text] of Object.entries(given)) {
    mkdirSync(submissionFolder(folder, id), { recursive: true });
    writeFileSync(path.join(submissionFolder(folder, id), 'server.py'), text);
  }
  const ids = Object.keys(given);
  const manifest = manifestOf(ids.map((id) => submission(id, { name: `Student ${id}`, ids: {} })));
  await writeManifest(folder, manifest);
  await writeJournal(
    path.join(folder, JOURNAL),
    ids.map((id) => result(id, 3)),
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a batch is compared in its folder: a page for staff, which the overview links and nothing for students names', async () => {
  const changed = await changeBatch(folder, (manifest) => compareBatch(folder, manifest, USUAL));
  expect(changed).toEqual({ submissions: 3, pairs: 1 });
  expect(read('similar.html')).toContain('Student bob');
  expect(similarIn(read('index.html'))).toEqual([['pair-1', expect.any(String), 'ada and bob']]);
  expect(read('summary.html')).not.toMatch(/imilar/);
  // Gradebooks and pages that are made again keep it, but for what was handed in again.
  const before = await readManifest(folder);
  await changeBatch(folder, async () => {});
  expect(similarIn(read('index.html'))).toHaveLength(1);
  const submissions = before.submissions.map((one) => (one.id === 'bob' ? { ...one, sha256: 'other' } : one));
  await writeManifest(folder, { ...before, submissions });
  await changeBatch(folder, async () => {});
  expect(similarIn(read('index.html'))).toEqual([]);
});

test('what the course handed out is a folder or a file; what is neither, or holds no source, is refused', async () => {
  const starter = path.join(folder, 'starter.py');
  writeFileSync(starter, original);
  const compareWith = (...paths: string[]) =>
    changeBatch(folder, (manifest) => compareBatch(folder, manifest, { ...USUAL, starter: paths }));
  expect((await compareWith(starter)).pairs).toBe(0);
  expect((await compareWith(submissionFolder(folder, 'bob'))).pairs).toBe(0);
  await expect(compareWith(starter, '/nowhere')).rejects.toMatchObject({ where: '/nowhere' });
  writeFileSync(path.join(folder, 'notes.txt'), 'hello');
  await expect(compareWith(path.join(folder, 'notes.txt'))).rejects.toMatchObject({
    what: 'there is no source file that would be compared',
  });
});

test('a damaged or foreign list of pairs is none', async () => {
  for (const text of ['{', '{"schema":"socket-grader/similar/v1","pairs":[{"ids":1}]}']) {
    writeFileSync(path.join(folder, 'similar.json'), text);
    await changeBatch(folder, async () => {});
    expect(similarIn(read('index.html'))).toEqual([]);
  }
});
