import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { placeFile } from './place-file.ts';

let base = '';
beforeEach(async () => {
  base = await mkdtemp(path.join(os.tmpdir(), 'place-file-'));
  await mkdir(path.join(base, 'run'));
  await mkdir(path.join(base, 'outside'));
  await writeFile(path.join(base, 'outside', 'file'), 'precious');
});
afterEach(() => rm(base, { recursive: true, force: true }));

test('folders are made, and what has the name is replaced', async () => {
  const run = path.join(base, 'run');
  await writeFile(path.join(run, 'a'), 'old');
  placeFile(run, 'a', Buffer.from('new'));
  placeFile(run, './b/c//d', Buffer.from('deep'));
  expect(await readFile(path.join(run, 'a'), 'utf8')).toBe('new');
  expect(await readFile(path.join(run, 'b', 'c', 'd'), 'utf8')).toBe('deep');
});

test('links of a submission lead nowhere', async () => {
  const run = path.join(base, 'run');
  await symlink('../outside', path.join(run, 'www'));
  await symlink('../outside/file', path.join(run, 'file'));
  placeFile(run, 'www/file', Buffer.from('page'));
  placeFile(run, 'file', Buffer.from('mine'));
  expect(await readFile(path.join(base, 'outside', 'file'), 'utf8')).toBe('precious');
  expect(await readFile(path.join(run, 'www', 'file'), 'utf8')).toBe('page');
  expect(await readFile(path.join(run, 'file'), 'utf8')).toBe('mine');
});
