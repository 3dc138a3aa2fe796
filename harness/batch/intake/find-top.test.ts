import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defined } from '../../base/defined.ts';
import { type Files, writeFiles, zipFolder } from '../testing/archives.ts';
import { takeIn } from './intake.ts';

let folder: string;
let input: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'top-'));
  input = path.join(folder, 'given');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Who the students of a zip with these files are, and what was left out. */
async function students(names: readonly string[] | Files, from?: string) {
  rmSync(input, { recursive: true, force: true });
  writeFiles(input, Array.isArray(names) ? Object.fromEntries(names.map((name) => [name, ''])) : names);
  const { submissions, refused } = await takeIn(zipFolder(input, path.join(folder, 'download.zip')), {
    out: path.join(folder, 'out'),
    programFiles: ['server.py', 'Makefile', 'server.c', '*.py', '*.c'],
    ...defined({ from }),
  }).finally(() => rmSync(path.join(folder, 'download.zip')));
  return { ids: submissions.map(({ id }) => id), left: refused.map(({ name }) => name) };
}

test.each([
  ['programs', ['lab3/ada.py', 'lab3/bob.py', 'lab3/cyd.py'], []],
  [
    'folders and a text',
    ['lab3/ada/s.py', 'lab3/bob/s.py', 'lab3/cyd/s.py', 'lab3/README.txt'],
    ['README.txt'],
  ],
  [
    'a text outside',
    ['lab3/ada/s.py', 'lab3/bob/s.py', 'lab3/cyd/nothing.txt', 'grades.csv'],
    ['grades.csv'],
  ],
  ['two folders around', ['a/lab3/ada.py', 'a/lab3/bob.py', 'a/lab3/cyd.c', 'a/license'], ['license']],
  ['what is hidden', ['lab3/ada.py', 'lab3/bob.py', 'lab3/cyd.py', 'lab3/.vscode/x'], ['.vscode']],
  ['no folder around', ['ada/s.py', 'bob.py', 'cyd.c', 'readme.md', 'list.xlsx'], ['list.xlsx', 'readme.md']],
])('the students of a course are found: %s', async (_, names, left) => {
  expect(await students(names)).toEqual({ ids: ['ada', 'bob', 'cyd'], left });
});

test.each([
  ['the program that is asked for', ['ada/server.py', 'ada/helper.py']],
  ['a Makefile', ['ada/Makefile', 'ada/a.c', 'ada/b.c', 'ada/src/c.c']],
  ['a program of another name, and data', ['ada/main.py', 'ada/data.bin', 'ada/www/index.html']],
  ['a program in a folder', ['ada/lab/server.py', 'ada/readme.txt']],
  ['texts', ['ada/readme.txt', 'ada/report.pdf']],
])("one student's folder stays one: %s", async (_, names) => {
  expect(await students(names)).toEqual({ ids: ['ada'], left: [] });
});

test('a text is a student where students hand in files', async () => {
  expect((await students(['ada.py', 'bob.txt', 'README'])).ids).toEqual(['ada', 'bob']);
});

test.each<[string, readonly string[] | Files]>([
  ['files that mention each other', { 'lab3/main.py': 'import util', 'lab3/util.py': '' }],
  ['a file beside a folder with programs', ['lab3/main.py', 'lab3/tests/one.py']],
  ['a folder with a program beside one without', ['lab3/src/main.c', 'lab3/docs/notes.txt']],
  [
    'a program that is asked for beside folders with it',
    ['lab3/server.py', 'lab3/a/server.py', 'lab3/b/server.py'],
  ],
])('what only a person can decide is asked: %s', async (_, names) => {
  await expect(students(names)).rejects.toThrow(
    /download.zip: it is unclear .* folder "lab3" .* say --from plain/s,
  );
  expect((await students(names, 'plain')).ids).toEqual(['lab3']);
});

test("one student's files in the place of a course are no students, unless they are said to be", async () => {
  const names = ['server.py', 'helper.py'];
  await expect(students(names)).rejects.toThrow(/it holds server.py itself.*say --from plain/s);
  expect((await students(names, 'plain')).ids).toEqual(['helper', 'server']);
});

test('a source that is named must be that of the submissions', async () => {
  for (const from of ['canvas', 'moodle', 'gradescope', 'brightspace', 'blackboard', 'classroom50'])
    await expect(students(['ada/server.py', 'bob/server.py'], from)).rejects.toThrow(
      /nothing in it is named as by .* \(found ada, bob\)\n {2}Leave out --from/,
    );
  await expect(students(['README.txt'])).rejects.toThrow('nothing in it that could be a submission');
  const wrapped = ['x/ada_1_10_server.py', 'x/grades.csv', 'x/notes.txt', 'readme.txt'];
  expect(await students(wrapped, 'canvas')).toEqual({
    ids: ['ada_1'],
    left: ['readme.txt', 'grades.csv', 'notes.txt'],
  });
});
