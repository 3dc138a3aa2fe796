import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Files, readFiles, tarFolder, writeFiles, zipFolder } from '../testing/archives.ts';
import type { Submission } from '../types.ts';
import { brightspaceTime } from './brightspace-date.ts';
import { type IntakeOptions, submissionFolder, takeIn } from './intake.ts';

const PROGRAMS = ['server.py', 'Makefile', 'server.c', 'Server.java', '*.py'];
let folder: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'intake-'));
  out = path.join(folder, 'out');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function take(files: Files, options: Partial<IntakeOptions> & { zipped?: boolean } = {}) {
  const given = writeFiles(path.join(folder, 'given'), files);
  const input = options.zipped === false ? given : zipFolder(given, path.join(folder, 'download.zip'));
  const intake = await takeIn(input, { out, programFiles: PROGRAMS, ...options });
  const [first] = intake.submissions;
  const contents = Object.fromEntries(
    intake.submissions.map(({ id }) => [id, readFiles(submissionFolder(out, id))]),
  );
  return { ...intake, first: first as Submission, contents, ids: intake.submissions.map(({ id }) => id) };
}

test('Canvas: the original names, late marks, and the newest of two versions', async () => {
  const { source, submissions, contents } = await take({
    'lovelaceada_12_100_server.py': 'old',
    'lovelaceada_12_200_server-1.py': 'new',
    'lovelaceada_12_201_notes.txt': 'notes',
    'hopper_grace_LATE_7_300_part-1.c': 'one',
    'hopper_grace_LATE_7_301_part-2.c': 'two',
    'turingalan_9_400_server-3.py': 'third',
    'anon_LATE_Ab3dE_500_server.py': 'nobody',
    'knuthdon_5_text.html': '<p>typed</p>',
  });
  expect(source).toBe('canvas');
  expect(contents).toEqual({
    anon_Ab3dE: { 'server.py': 'nobody' },
    hopper_grace_7: { 'part-1.c': 'one', 'part-2.c': 'two' },
    knuthdon_5: { 'text.html': '<p>typed</p>' },
    lovelaceada_12: { 'notes.txt': 'notes', 'server.py': 'new' },
    turingalan_9: { 'server.py': 'third' },
  });
  const ada = submissions.find(({ id }) => id === 'lovelaceada_12');
  expect(ada).toMatchObject({
    late: false,
    earlier: ['lovelaceada_12_100_server.py'],
    renamed: ['server-1.py → server.py'],
    feedback: 'lovelaceada_12_201_',
    students: [{ name: 'lovelaceada', ids: { canvas: '12' } }],
  });
  expect(submissions.filter(({ late }) => late).map(({ id }) => id)).toEqual([
    'anon_Ab3dE',
    'hopper_grace_7',
  ]);
});

test('Canvas: a name that another file needs stays, and one that is asked for or meant is put right', async () => {
  const { contents, submissions } = await take({
    ada_1_10_Makefile: 'server: lab-3.c\n\tgcc -o server lab-3.c\n',
    'ada_1_11_lab-3.c': 'own name',
    'bob_2_20_Makefile-1': 'server: main.c util.h\n\tgcc -o server main.c\n',
    'bob_2_21_main-2.c': '#include "util.h"\n',
    'bob_2_22_util-1.h': '/* again */',
    'cyd_3_30_util.c': 'one',
    'cyd_3_31_util-2.c': 'two',
    'dan_4_40_Chat-1.java': 'public class Chat {}',
    'dan_4_41_notes-1.txt': 'my notes',
    'eve_5_50_lab-3.c': 'alone',
    'fay_6_60_server.py': 'older',
    'fay_6_61_server.py': 'newer',
    gus_7_70_Makefile: 'server: server-1.o\n\tgcc -o server server-1.o\n',
    'gus_7_71_server-1.c': 'int main;',
  });
  expect(contents).toMatchObject({
    ada_1: { Makefile: expect.anything(), 'lab-3.c': 'own name' },
    bob_2: { Makefile: expect.anything(), 'main.c': expect.anything(), 'util.h': '/* again */' },
    cyd_3: { 'util.c': 'one', 'util-2.c': 'two' },
    dan_4: { 'Chat.java': expect.anything() },
    eve_5: { 'lab.c': 'alone' },
    fay_6: { 'server.py': 'newer' },
    gus_7: { 'server-1.c': 'int main;' },
  });
  expect(submissions.map(({ renamed }) => renamed.length)).toEqual([0, 3, 0, 2, 1, 0, 0]);
  expect(submissions[5]?.earlier).toEqual(['fay_6_60_server.py']);
});

test('Moodle: folders, files without folders, and blind marking', async () => {
  const { source, submissions, contents } = await take({
    'Ada Lovelace_101_assignsubmission_file/server.py': 'ada',
    'Ada Lovelace_101_assignsubmission_onlinetext/onlinetext.html': 'hello',
    'Grace Hopper_102_assignsubmission_file_/lab/server.c': 'grace',
    'Participant_103_assignsubmission_file_server.py': 'blind',
  });
  expect(source).toBe('moodle');
  expect(contents).toEqual({
    'Ada-Lovelace_101': { 'onlinetext.html': 'hello', 'server.py': 'ada' },
    'Grace-Hopper_102': { 'server.c': 'grace' },
    Participant_103: { 'server.py': 'blind' },
  });
  expect(submissions.map(({ students }) => students)).toEqual([
    [{ name: 'Ada Lovelace', ids: { moodle: '101' } }],
    [{ name: 'Grace Hopper', ids: { moodle: '102' } }],
    [{ ids: { moodle: '103' } }],
  ]);
  expect(submissions[0]?.feedback).toBe('Ada Lovelace_101_assignsubmission_file_');
});

test('Gradescope: who handed in, when, and groups; in a folder of its own', async () => {
  const { source, submissions, contents } = await take({
    'assignment_1_export/submission_metadata.yml': `---
submission_11:
  :submitters:
  - :name: Ada Lovelace
    :sid: '1815'
    :email: ada@example.edu
  :created_at: 2026-11-20 22:58:01.000000000 Z
  :results:
    :tests: []
submission_12:
  :submitters:
  - :name: Grace Hopper
    :sid: 1906
    :email: grace@example.edu
  - :name: Alan Turing
    :sid:
    :email: alan@example.edu
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: 2026-11-21 10:00:00.000000000 Z
    zone: &1 !ruby/object:ActiveSupport::TimeZone
      name: Etc/UTC
    time: 2026-11-21 11:00:00.000000000 Z
`,
    'assignment_1_export/submission_11/server.py': 'ada',
    'assignment_1_export/submission_12/Makefile': 'all:',
    'assignment_1_export/submission_12/src/main.c': 'main',
  });
  expect(source).toBe('gradescope');
  expect(contents).toEqual({
    'Ada-Lovelace': { 'server.py': 'ada' },
    'Grace-Hopper-and-Alan-Turing': { Makefile: 'all:', 'src/main.c': 'main' },
  });
  expect(submissions).toMatchObject([
    { at: '2026-11-20T22:58:01.000Z', students: [{ ids: { sid: '1815', email: 'ada@example.edu' } }] },
    { at: '2026-11-21T10:00:00.000Z', students: [{ ids: { sid: '1906' } }, { name: 'Alan Turing' }] },
  ]);
});

test('Gradescope: a broken list of who handed in stops it, and who is not in it is told', async () => {
  const ada = "submission_11:\n  :submitters:\n  - :name: 'Ada Lovelace'\n    :sid: 1815\n";
  const broken = {
    'submission_metadata.yml': ada.replace("Lovelace'", 'Lovelace'),
    'submission_11/server.py': 'ada',
    'submission_12/server.py': 'grace',
  };
  await expect(take(broken)).rejects.toThrow(/submission_metadata.yml: it is broken, .*Download .* again/s);
  await expect(take({ ...broken, 'submission_metadata.yml': '- 1\n' })).rejects.toThrow('it is no map');
  const { submissions } = await take({ ...broken, 'submission_metadata.yml': `${ada}submission_12:\n` });
  expect(submissions.map(({ id, remarks }) => [id, remarks])).toEqual([
    ['Ada-Lovelace', undefined],
    ['submission_12', ['submission_metadata.yml does not tell whose it is']],
  ]);
});

test.each([
  'Nov 20, 2026 926 PM',
  'November 20, 2026 9:26 PM',
  '20 November, 2026 9:26 PM',
  '20 November, 2026 926 PM',
  '20 Nov 2026 2126',
  '20. Nov. 2026, 21.26',
  '2026-11-20 21:26',
  'Nov 20, 2026 9_26\u202fp.m.',
])('Brightspace: a date as %s', (date) => {
  expect(brightspaceTime(date)).toBe(new Date(2026, 10, 20, 21, 26).toISOString());
});

test('Brightspace: a date that is not known is told, and never makes two students of one', async () => {
  expect(['Nov 31, 2026 926 PM', '20/11/2026 2126', 'yesterday'].map(brightspaceTime)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  const { contents, submissions } = await take({
    '111-900 - Ada Lovelace - 24 September, 2026 9:26 PM/server.py': 'first',
    '111-900 - Ada Lovelace - 25 September, 2026 9:26 AM/server.py': 'second',
    '112-900 - Grace Hopper - 24 septembre 2026 21 h 26/server.py': 'grace',
    '113-900 - Jean-Luc - Team - 24 septembre 2026 21 h 26/server.py': 'one',
    '113-900 - Jean-Luc - Team - 25 septembre 2026 21 h 26/server.py': 'other',
  });
  expect(contents).toEqual({
    'Ada-Lovelace_111': { 'server.py': 'second' },
    'Grace-Hopper_112': { 'server.py': 'grace' },
    'Jean-Luc---Team_113': {},
  });
  expect(submissions[1]?.remarks).toEqual([
    'when it was handed in can\'t be read from "24 septembre 2026 21 h 26"',
  ]);
  const why = "it is one of 2 attempts, and their names don't tell which is the newest";
  expect(submissions[2]).toMatchObject({
    students: [{ name: 'Jean-Luc - Team' }],
    refused: [
      { name: '113-900 - Jean-Luc - Team - 24 septembre 2026 21 h 26', why },
      { name: expect.anything(), why },
    ],
  });
});

test('Brightspace: the newest of several attempts', async () => {
  const { source, first, contents } = await take({
    'index.html': 'overview',
    '111-900 - Ada Lovelace - Nov 19, 2026 926 PM/server.py': 'first',
    '111-900 - Ada Lovelace - Nov 20, 2026 1205 AM/server.py': 'second',
    '111-900 - Ada Lovelace - Nov 20, 2026 1201 PM/server.py': 'third',
    '112-900 - Grace Hopper - Nov 20, 2026 1001 AM/server.py': 'grace',
  });
  expect(source).toBe('brightspace');
  expect(contents['Ada-Lovelace_111']).toEqual({ 'server.py': 'third' });
  expect(first.at).toBe(new Date(2026, 10, 20, 12, 1).toISOString());
  expect(first.earlier).toHaveLength(2);
});

test('Blackboard: the newest attempt, with the names that the note tells', async () => {
  const { source, submissions, contents } = await take({
    'Lab 1_al123_attempt_2026-11-19-10-00-00_server.py': 'old',
    'Lab 1_al123_attempt_2026-11-19-10-00-00.txt': 'Name: Ada Lovelace (al123)\n',
    'Lab 1_al123_attempt_2026-11-20-10-00-00_server(1).py': 'new',
    'Lab 1_al123_attempt_2026-11-20-10-00-00.txt':
      'Name: Ada Lovelace (al123)\nAssignment: Lab 1\n\nFiles:\n\tOriginal filename: server.py\n\tFilename: Lab 1_al123_attempt_2026-11-20-10-00-00_server(1).py\n',
    'Lab 1_gh9_attempt_2026-11-20-11-00-00.txt': 'Name: Grace Hopper (gh9)\n',
  });
  expect(source).toBe('blackboard');
  expect(contents).toEqual({ al123: { 'server.py': 'new' }, gh9: {} });
  expect(submissions[0]).toMatchObject({
    students: [{ name: 'Ada Lovelace', ids: { login: 'al123' } }],
    at: new Date(2026, 10, 20, 10).toISOString(),
  });
});

test('Blackboard: names of users and of the assignment may hold "_", and nobody gets what another handed in', async () => {
  const attempt = 'attempt_2026-11-20-10-00-00';
  const noted = await take({
    [`Lab_3_a_smith_${attempt}_server.py`]: 'anna',
    [`Lab_3_a_smith_${attempt}.txt`]: 'Name: Anna Smith (a_smith)\r\nAssignment: Lab_3\r\n',
    [`Lab_3_b_smith_${attempt}_server.py`]: 'bert',
    [`Lab_3_b_smith_${attempt}.txt`]: 'Name: Bert (Bertie) Smith (b_smith)\n',
    [`Lab_3_b_jones_${attempt}_server.py`]: 'no note',
  });
  expect(noted.submissions.map(({ students }) => students)).toEqual([
    [{ name: 'Anna Smith', ids: { login: 'a_smith' } }],
    [{ ids: { login: 'b_jones' } }],
    [{ name: 'Bert (Bertie) Smith', ids: { login: 'b_smith' } }],
  ]);
  expect(noted.contents).toEqual({
    a_smith: { 'server.py': 'anna' },
    b_jones: { 'server.py': 'no note' },
    b_smith: { 'server.py': 'bert' },
  });
  rmSync(path.join(folder, 'given'), { recursive: true });
  const bare = await take(
    {
      [`Lab_3_a_smith_${attempt}_server.py`]: 'anna',
      [`Lab_3_b_smith_${attempt}_x_a_smith_${attempt}_server.py`]: 'bert',
    },
    { zipped: false },
  );
  expect(bare.ids).toEqual(['a_smith', 'b_smith']);
  rmSync(path.join(folder, 'given'), { recursive: true });
  const alone = await take({ [`Lab_3_a_smith_${attempt}_server.py`]: 'anna' }, { zipped: false });
  expect(alone.first).toMatchObject({ id: 'Lab_3_a_smith', students: [{ ids: {} }] });
});

test('Classroom 50: the login behind classroom and assignment; what git keeps is left out', async () => {
  const { source, submissions, contents } = await take(
    {
      'networks-echo-ada/server.py': 'ada',
      'networks-echo-ada/.git/config': '[core]',
      'networks-echo-grace-h/server.py': 'grace',
    },
    { zipped: false },
  );
  expect(source).toBe('classroom50');
  expect(contents).toEqual({ ada: { 'server.py': 'ada' }, 'grace-h': { 'server.py': 'grace' } });
  expect(submissions[1]?.students).toEqual([
    { ids: { login: 'grace-h', repository: 'networks-echo-grace-h' } },
  ]);
});

test('plain folders and files, archives in them, and files that have the name of a student', async () => {
  const inner = writeFiles(path.join(folder, 'inner'), { 'lab/server.c': 'in zip', 'lab/include/a.h': 'a' });
  writeFiles(path.join(folder, 'given'), {
    'cleo/readme.txt': 'read me',
    'eve/.DS_Store': 'x',
    'gus/data.bin': 'd',
  });
  zipFolder(inner, path.join(folder, 'given/bob.zip'));
  tarFolder(inner, path.join(folder, 'given/cleo/lab.tar.gz'), '-z');
  tarFolder(inner, path.join(folder, 'given/dan.tgz'), '-z');
  const { source, contents, submissions, refused } = await take(
    { 'ada/server.py': 'ada', 'fay.java': 'fay', '__MACOSX/._ada': 'x', 'hal.py': 'hal' },
    { zipped: false },
  );
  expect(source).toBe('plain');
  expect(contents).toMatchObject({
    ada: { 'server.py': 'ada' },
    bob: { 'server.c': 'in zip', 'include/a.h': 'a' },
    cleo: { 'readme.txt': 'read me', 'server.c': 'in zip', 'include/a.h': 'a' },
    dan: { 'server.c': 'in zip', 'include/a.h': 'a' },
    eve: {},
    fay: { 'Server.java': 'fay' },
    hal: { 'hal.py': 'hal' },
  });
  expect(submissions.find(({ id }) => id === 'fay')?.renamed).toEqual(['fay.java → Server.java']);
  expect(refused).toEqual([]);
});

test('an archive in an archive in an archive', async () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => path.join(folder, name)) as [string, string, string];
  writeFiles(a, { 'x/server.py': 'deep' });
  writeFiles(b, { '.DS_Store': '' });
  writeFiles(c, { '.DS_Store': '' });
  tarFolder(a, path.join(b, 'one.tar'));
  zipFolder(b, path.join(c, 'two.zip'));
  zipFolder(c, path.join(folder, 'three.zip'));
  const intake = await takeIn(path.join(folder, 'three.zip'), { out, programFiles: PROGRAMS });
  expect(intake.submissions.map(({ id }) => readFiles(submissionFolder(out, id)))).toEqual([
    { 'server.py': 'deep' },
  ]);
});

test('a file without an ending is no Makefile, and an archive without one is opened', async () => {
  const inner = writeFiles(path.join(folder, 'inner'), { 'bob/server.c': 'in zip' });
  const given = writeFiles(path.join(folder, 'given'), { ada: '#!/usr/bin/env python3\n' });
  renameSync(zipFolder(inner, path.join(folder, 'bob.zip')), path.join(given, 'bob'));
  const { contents, submissions } = await take({}, { zipped: false });
  expect(contents).toEqual({ ada: { ada: '#!/usr/bin/env python3\n' }, bob: { 'server.c': 'in zip' } });
  expect(submissions.map(({ renamed }) => renamed)).toEqual([[], []]);
});

test('archives that are not opened are named', async () => {
  let inner = writeFiles(path.join(folder, 'level'), { 'server.py': 'deep' });
  const given = writeFiles(path.join(folder, 'given'), {
    'bob/lab/readme.txt': 'see src.zip',
    'cyd/same.txt': '',
  });
  zipFolder(inner, path.join(given, 'bob/lab/src.zip'));
  for (const depth of [0, 1, 2, 3]) {
    const outer = path.join(folder, `level${depth}`);
    mkdirSync(outer);
    zipFolder(inner, path.join(outer, 'lab.zip'));
    inner = outer;
  }
  zipFolder(inner, path.join(given, 'ada.zip'));
  mkdirSync(path.join(given, 'cyd/src'));
  zipFolder(path.join(folder, 'level'), path.join(given, 'cyd/src/code.zip'));
  const { contents, submissions } = await take({}, { zipped: false });
  expect(submissions.map(({ refused }) => refused)).toEqual([
    [{ name: 'lab.zip', why: 'it is not opened: it stands more than 3 archives deep' }],
    [],
    [{ name: 'src/code.zip', why: 'it is not opened: it stands in a folder, beside other files' }],
  ]);
  expect(contents.ada).toEqual({});
  expect(contents.bob).toMatchObject({ 'server.py': 'deep' });
});

test('links are not followed, and odd names do no harm', async () => {
  const given = writeFiles(path.join(folder, 'given'), {
    'ada/server.py': 'ada',
    '=cmd()/server.py': 'formula',
    '<script>alert(1)</script>/server.py': 'markup',
    '.../server.py': 'dots',
  });
  symlinkSync('/etc', path.join(given, 'ada/etc'));
  symlinkSync('/etc/passwd', path.join(given, 'mallory'));
  const { ids, contents, refused, submissions } = await take({}, { zipped: false });
  expect(ids).toHaveLength(3);
  for (const id of ids) expect(id).toMatch(/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u);
  expect(contents.ada).toEqual({ 'server.py': 'ada' });
  expect(submissions.find(({ id }) => id === 'ada')?.refused).toEqual([
    { name: 'ada/etc', why: 'it is a symbolic link' },
  ]);
  expect(refused).toEqual([
    { name: '...', why: 'its name begins with ".", as of what is hidden' },
    { name: 'mallory', why: 'it is a symbolic link' },
  ]);
});

test('students whose names come to the same folder are told apart, the same each time', async () => {
  const files = { 'Ada L/server.py': '1', 'ada-l/server.py': '2', 'bob/server.py': '3' };
  const { ids } = await take(files, { zipped: false });
  expect(new Set(ids.map((id) => id.toLowerCase())).size).toBe(3);
  expect(ids).toContain('bob');
  expect((await take(files, { zipped: false })).ids).toEqual(ids);
});

test('what is no submission is named, and nothing at all is an error', async () => {
  const { refused } = await take({
    'ada_1_2_server.py': 'ada',
    'bob_2_3_server.py': 'bob',
    'grades.xlsx': 'x',
  });
  expect(refused).toEqual([{ name: 'grades.xlsx', why: 'its name is not that of a submission' }]);
  const empty = path.join(folder, 'empty');
  writeFiles(empty, { '.hidden': '' });
  await expect(takeIn(empty, { out, programFiles: [] })).rejects.toThrow('there is nothing in it');
  await expect(takeIn(path.join(folder, 'nowhere'), { out, programFiles: [] })).rejects.toThrow(
    'no such file',
  );
});

test('parts are disjoint and together everything', async () => {
  const files = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`s${at}/server.py`, `${at}`]));
  const all = (await take(files, { zipped: false })).ids;
  const parts: string[] = [];
  for (const index of [1, 2, 3]) {
    const { ids, elsewhere } = await take(files, { zipped: false, shard: { index, count: 3 } });
    expect([...ids, ...elsewhere].sort()).toEqual(all.toSorted());
    parts.push(...ids);
  }
  expect(parts.sort()).toEqual(all.toSorted());
});
