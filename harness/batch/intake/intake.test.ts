import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { readFiles, tarFolder, writeFiles, zipFolder } from '../testing/archives.ts';
import { PROGRAMS, Taker } from '../testing/take.ts';
import { submissionFolder, takeIn } from './intake.ts';

let course: Taker;
beforeEach(() => {
  course = new Taker();
});
afterEach(() => course.dispose());

test('plain folders and files, archives in them, and files that have the name of a student', async () => {
  const inner = writeFiles(path.join(course.folder, 'inner'), {
    'lab/server.c': 'in zip',
    'lab/include/a.h': 'a',
  });
  writeFiles(course.given, {
    'cleo/readme.txt': 'read me',
    'eve/.DS_Store': 'x',
    'gus/data.bin': 'd',
  });
  zipFolder(inner, path.join(course.given, 'bob.zip'));
  tarFolder(inner, path.join(course.given, 'cleo/lab.tar.gz'), '-z');
  tarFolder(inner, path.join(course.given, 'dan.tgz'), '-z');
  const { source, contents, submissions, refused } = await course.take(
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
  const [a, b, c] = ['a', 'b', 'c'].map((name) => path.join(course.folder, name)) as [string, string, string];
  writeFiles(a, { 'x/server.py': 'deep' });
  writeFiles(b, { '.DS_Store': '' });
  writeFiles(c, { '.DS_Store': '' });
  tarFolder(a, path.join(b, 'one.tar'));
  zipFolder(b, path.join(c, 'two.zip'));
  zipFolder(c, path.join(course.folder, 'three.zip'));
  const intake = await takeIn(path.join(course.folder, 'three.zip'), {
    out: course.out,
    programFiles: PROGRAMS,
  });
  expect(intake.submissions.map(({ id }) => readFiles(submissionFolder(course.out, id)))).toEqual([
    { 'server.py': 'deep' },
  ]);
});

test('a file without an ending is no Makefile, and an archive without one is opened', async () => {
  const inner = writeFiles(path.join(course.folder, 'inner'), { 'bob/server.c': 'in zip' });
  const given = writeFiles(course.given, { ada: '#!/usr/bin/env python3\n' });
  renameSync(zipFolder(inner, path.join(course.folder, 'bob.zip')), path.join(given, 'bob'));
  const { contents, submissions } = await course.take({}, { zipped: false });
  expect(contents).toEqual({ ada: { ada: '#!/usr/bin/env python3\n' }, bob: { 'server.c': 'in zip' } });
  expect(submissions.map(({ renamed }) => renamed)).toEqual([[], []]);
});

test('archives that are not opened are named', async () => {
  let inner = writeFiles(path.join(course.folder, 'level'), { 'server.py': 'deep' });
  const given = writeFiles(course.given, {
    'bob/lab/readme.txt': 'see src.zip',
    'cyd/same.txt': '',
  });
  zipFolder(inner, path.join(given, 'bob/lab/src.zip'));
  for (const depth of [0, 1, 2, 3]) {
    const outer = path.join(course.folder, `level${depth}`);
    mkdirSync(outer);
    zipFolder(inner, path.join(outer, 'lab.zip'));
    inner = outer;
  }
  zipFolder(inner, path.join(given, 'ada.zip'));
  mkdirSync(path.join(given, 'cyd/src'));
  zipFolder(path.join(course.folder, 'level'), path.join(given, 'cyd/src/code.zip'));
  const { contents, submissions } = await course.take({}, { zipped: false });
  expect(submissions.map(({ refused }) => refused)).toEqual([
    [{ name: 'lab.zip', why: 'it is not opened: it stands more than 3 archives deep' }],
    [],
    [{ name: 'src/code.zip', why: 'it is not opened: it stands in a folder, beside other files' }],
  ]);
  expect(contents.ada).toEqual({});
  expect(contents.bob).toMatchObject({ 'server.py': 'deep' });
});

test('a text that is all that somebody has handed in keeps its name, and is no program', async () => {
  const { contents } = await course.take(
    { 'ada/notes.txt': 'later', 'bob/answers.json': '{}', 'cyd/server.py': 'cyd' },
    { zipped: false },
  );
  expect(contents).toMatchObject({ ada: { 'notes.txt': 'later' }, bob: { 'answers.json': '{}' } });
});

test('links are not followed, and odd names do no harm', async () => {
  const given = writeFiles(course.given, {
    'ada/server.py': 'ada',
    '=cmd()/server.py': 'formula',
    '<script>alert(1)</script>/server.py': 'markup',
    '.../server.py': 'dots',
  });
  symlinkSync('/etc', path.join(given, 'ada/etc'));
  symlinkSync('/etc/passwd', path.join(given, 'mallory'));
  const { ids, contents, refused, submissions } = await course.take({}, { zipped: false });
  expect(ids).toHaveLength(3);
  for (const id of ids) expect(id).toMatch(/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u);
  expect(contents.ada).toEqual({ 'server.py': 'ada' });
  expect(submissions.find(({ id }) => id === 'ada')?.refused).toEqual([
    { name: 'ada/etc', why: 'it is a symbolic link' },
  ]);
  expect(refused).toEqual([
    { name: '...', why: 'its name begins with ".", as of what is hidden', harmless: true },
    { name: 'mallory', why: 'it is a symbolic link' },
  ]);
});

test('one student stops nobody: links in circles and to everything, what may not be read, names that are no UTF-8', async () => {
  const given = writeFiles(course.given, {
    'ada/server.py': 'ada',
    'bob/server.py': 'bob',
    'bob/own/kept.txt': 'kept',
    'cyd/server.py': 'cyd',
    'cyd/closed/server.py': 'closed',
    'dan/closed.py': 'closed',
    'eve/server.py': 'eve',
  });
  for (const name of ['a', 'b', 'c']) symlinkSync('.', path.join(given, 'bob', name));
  symlinkSync('/', path.join(given, 'bob/own/root'));
  symlinkSync('/', path.join(given, 'everything'));
  const odd = Buffer.concat([Buffer.from(`${given}/`), Buffer.from([0x66, 0xfc, 0x72])]);
  mkdirSync(odd);
  mkdirSync(Buffer.concat([Buffer.from(`${given}/eve/`), Buffer.from([0xff, 0x01])]));
  const closed = ['cyd/closed', 'dan'].map((name) => path.join(given, name));
  for (const name of closed) chmodSync(name, 0);
  const { contents, refused, submissions } = await asOrdinaryUser(course.folder, () =>
    course.take({}, { zipped: false }),
  );
  for (const name of closed) chmodSync(name, 0o755);
  expect(contents).toEqual({
    ada: { 'server.py': 'ada' },
    bob: { 'own/kept.txt': 'kept', 'server.py': 'bob' },
    cyd: { 'server.py': 'cyd' },
    dan: {},
    eve: { 'server.py': 'eve' },
  });
  expect(
    submissions.map(({ id, refused: own }) => [id, own.map(({ name, why }) => `${name}: ${why}`)]),
  ).toEqual([
    ['ada', []],
    ['bob', ['bob/a', 'bob/b', 'bob/c', 'bob/own/root'].map((name) => `${name}: it is a symbolic link`)],
    ['cyd', ['cyd/closed: it may not be read']],
    ['dan', ['dan: it may not be read']],
    ['eve', ['eve/\\xff\\x01: its name is not UTF-8']],
  ]);
  expect(refused).toEqual([
    { name: 'f\\xfcr', why: 'its name is not UTF-8' },
    { name: 'everything', why: 'it is a symbolic link' },
  ]);
});

/** Does something as a user to whom permissions apply: root may read everything. */
async function asOrdinaryUser<T>(folder: string, work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  execFileSync('chown', ['-R', '-h', '65534', folder]);
  process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

test('students whose names come to the same folder are told apart, the same each time', async () => {
  const files = { 'Ada L/server.py': '1', 'ada-l/server.py': '2', 'bob/server.py': '3' };
  const { ids } = await course.take(files, { zipped: false });
  expect(new Set(ids.map((id) => id.toLowerCase())).size).toBe(3);
  expect(ids).toContain('bob');
  expect((await course.take(files, { zipped: false })).ids).toEqual(ids);
});

test('what is no submission is named, and nothing at all is an error', async () => {
  const { refused } = await course.take({
    'ada_1_2_server.py': 'ada',
    'bob_2_3_server.py': 'bob',
    'grades.xlsx': 'x',
  });
  expect(refused).toEqual([
    { name: 'grades.xlsx', why: 'its name is not that of a submission', harmless: true },
  ]);
  const empty = path.join(course.folder, 'empty');
  writeFiles(empty, { '.hidden': '' });
  await expect(takeIn(empty, { out: course.out, programFiles: [] })).rejects.toThrow(
    'there is nothing in it',
  );
  await expect(
    takeIn(path.join(course.folder, 'nowhere'), { out: course.out, programFiles: [] }),
  ).rejects.toThrow('no such file');
});

test('parts are disjoint and together everything', async () => {
  const files = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`s${at}/server.py`, `${at}`]));
  const all = (await course.take(files, { zipped: false })).ids;
  const parts: string[] = [];
  for (const index of [1, 2, 3]) {
    const { ids, elsewhere } = await course.take(files, { zipped: false, shard: { index, count: 3 } });
    expect([...ids, ...elsewhere].sort()).toEqual(all.toSorted());
    parts.push(...ids);
  }
  expect(parts.sort()).toEqual(all.toSorted());
});
