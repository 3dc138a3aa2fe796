import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readFiles, writeFiles } from '../batch/testing/archives.ts';
import { STUDENTS, writeSpec } from '../batch/testing/course.ts';
import { runCli, unwrapped } from '../testing/cli.ts';

let folder: string;
let spec: string;
const at = (name: string) => path.join(folder, name);
const read = (name: string) => readFileSync(at(name), 'utf8');

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'batch-folder-'));
  spec = writeSpec(folder);
  writeFiles(at('given'), { 'right-1/server.py': STUDENTS.right?.source ?? '', 'none-1/notes.txt': '' });
});
afterEach(() => rmSync(folder, { recursive: true }));

const batch = (input: string, out: string, ...more: string[]) =>
  runCli(
    [
      'batch',
      input,
      '--spec',
      spec,
      '--out',
      out,
      '--isolation',
      'auto',
      '--unsafe',
      '--only',
      'answers',
      ...more,
    ],
    { cwd: folder },
  );

test('a mistake on the command line costs no verdict, not even with --fresh', async () => {
  expect((await batch('given', 'out')).code).toBe(3);
  const journal = read('out/journal.jsonl');
  for (const wrong of [
    ['givn', 'out', '--fresh'],
    ['given', 'out', '--fresh', '--regrade', 'nobody'],
    ['shout.grade.yaml', 'out', '--fresh'],
  ] as const) {
    const [input, out, ...more] = wrong;
    expect((await batch(input, out, ...more)).code).toBe(2);
    expect(read('out/journal.jsonl')).toBe(journal);
  }
  expect((await batch('given', 'out')).stdout).toContain(', 2 graded already');
  const fresh = await batch('given', 'out', '--fresh');
  expect(fresh.stdout).not.toContain('graded already');
  expect(fresh.stdout).toContain('[2/2]');
});

test.each([
  ['the folder itself', 'given', 'given'],
  ['a folder in it', 'given', 'given/out'],
  ['the folder around it', 'new/students/given', 'new'],
  ['by way of a symbolic link', 'given', 'link/out'],
])('results never mix with what they are made from: %s', async (_, input, out) => {
  symlinkSync(at('given'), at('link'));
  writeFiles(at('new/students/given'), { 'ada/server.py': 'mine' });
  const before = [readFiles(at('given')), readFiles(at('new'))];
  const { code, stderr } = await batch(input, out);
  expect(unwrapped(stderr)).toMatch(/would mix with \S*given,/);
  expect(code).toBe(2);
  expect([readFiles(at('given')), readFiles(at('new'))]).toEqual(before);
});

test('a folder with other files, or with results of another assignment, stays as it is', async () => {
  writeFiles(at('site'), { 'index.html': 'my page' });
  const foreign = await batch('given', 'site');
  expect(foreign).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('files that no batch wrote'),
  });
  expect(readFiles(at('site'))).toEqual({ 'index.html': 'my page' });

  mkdirSync(at('out'));
  expect((await batch('given', 'out')).code).toBe(3);
  const before = readFiles(at('out'));
  writeFileSync(spec, read('shout.grade.yaml').replace('title: Shout', 'title: Whisper'));
  const other = await batch('given', 'out');
  expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('another assignment, "Shout"') });
  expect(readFiles(at('out'))).toEqual(before);
});

test('what is refused leaves no folder behind', async () => {
  expect((await batch('nowhere', 'new/results')).stderr).toContain('there is no such file or folder');
  expect(existsSync(at('new'))).toBe(false);
});

test.each([
  ['/proc/results', /can't be written there: .*ENOENT/],
  ['shout.grade.yaml/out', /can't be written there: .*ENOTDIR/],
  ['shout.grade.yaml', /can't be written there: it is not a folder/],
])('a place where no folder can be is refused: %s', async (out, message) => {
  const { code, stderr } = await batch('given', out);
  expect(unwrapped(stderr)).toMatch(message);
  expect(code).toBe(2);
});
