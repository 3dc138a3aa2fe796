import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { writeFiles, zipFolder } from '../batch/testing/archives.ts';
import { HARMFUL, STUDENTS, writeCourse, writeSpec } from '../batch/testing/course.ts';
import { eventually, ROOT, runCli, startCli, unwrapped } from '../testing/cli.ts';

let folder: string;
let spec: string;
const at = (name: string) => path.join(folder, name);
const read = (name: string) => readFileSync(at(name), 'utf8');
const table = (name: string) => parse(read(name), { columns: true, bom: true }) as Record<string, string>[];
const grades = (out: string) =>
  Object.fromEntries(table(`${out}/gradebook.csv`).map(({ submission, grade }) => [submission, grade]));

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'batch-'));
  spec = writeSpec(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

function args(input: string, out: string, ...more: string[]): string[] {
  return [
    'batch',
    at(input),
    '--spec',
    spec,
    '--out',
    at(out),
    '--isolation',
    'auto',
    '--unsafe',
    ...(more.includes('--jobs') ? [] : ['--jobs', '2']),
    ...more,
  ];
}
const batch = (input: string, out: string, ...more: string[]) => runCli(args(input, out, ...more));

function expected(students: typeof STUDENTS, copies = 1): Record<string, string> {
  return Object.fromEntries(
    Object.entries(students).flatMap(([kind, { points }]) =>
      Array.from({ length: copies }, (_, copy) => [
        `${kind}-${copy + 1}`,
        points === undefined ? '' : String(points),
      ]),
    ),
  );
}

test('from the zip of Canvas to its gradebook, the feedback and the overview', async () => {
  const source = (kind: string) => STUDENTS[kind]?.source ?? '';
  writeFiles(at('given'), {
    'lovelaceada_12_100_server-1.py': source('right'),
    'hoppergrace_LATE_13_101_server.py': source('once'),
    'turingalan_14_102_server.py': `# the same\n${source('right')}`,
    'knuthdon_15_103_lab.zip': 'not a zip',
    'boolegeorge_16_104_notes.txt': 'no program',
  });
  zipFolder(at('given'), at('submissions.zip'), '-n', '.zip');
  writeFileSync(
    at('roster.csv'),
    'Student,ID,SIS User ID,SIS Login ID,Section,Shout (9)\n"Hopper, Grace",13,S13,gh,A,\n"Lovelace, Ada",12,S12,al,A,\n"Absent, Ann",99,S99,aa,A,\n',
  );
  const { code, stdout, stderr } = await batch('submissions.zip', 'out', '--roster', at('roster.csv'));
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^Shout: 5 submissions from Canvas\n/);
  expect(stdout).toMatch(/\[\d\/5\] ✓ lovelaceada_12: 3\/3, /);
  expect(stdout).toContain('3 of 5 submissions graded, 2 without a grade');
  expect(stdout).toMatch(/knuthdon_15: no grade: There is nothing to grade: lab\.zip: it is\s+no zip/);
  expect(stdout).toMatch(/Absent, Ann: in the roster, but submitted nothing/);
  for (const line of stdout.split('\n'))
    if (!line.includes(folder)) expect(line.length).toBeLessThanOrEqual(80);
  expect(code).toBe(3);
  expect(grades('out')).toEqual({
    boolegeorge_16: '',
    hoppergrace_13: '2',
    knuthdon_15: '',
    lovelaceada_12: '3',
    turingalan_14: '3',
  });
  expect(table('out/gradebook-canvas.csv').map((row) => [row.ID, row['Shout (9)']])).toEqual([
    ['13', '2'],
    ['12', '3'],
    ['99', ''],
  ]);
  const names = execFileSync('unzip', ['-Z1', at('out/feedback-canvas.zip')], { encoding: 'utf8' })
    .trim()
    .split('\n');
  expect(names).toContain('hoppergrace_LATE_13_101_report.html');
  expect(names).toHaveLength(5);
  const report = JSON.parse(read('out/students/lovelaceada_12/report.json'));
  expect(report).toMatchObject({
    submission: { id: 'lovelaceada_12', path: 'lovelaceada_12_100_server-1.py' },
    points: 3,
  });
  expect(read('out/students/lovelaceada_12/report.html')).not.toContain('So does a second one');
  expect(read('out/students/lovelaceada_12/staff.html')).toContain('So does a second one');
  const index = read('out/index.html');
  expect(index).toContain('The same except for white space and comments: lovelaceada_12, turingalan_14');
  expect(read('out/summary.html')).not.toMatch(/turingalan_14, |<script|<a |again/);
});

test('what was graded is not run again, unless it changed or it is asked for', async () => {
  writeCourse(at('given'), STUDENTS);
  expect((await batch('given', 'out')).code).toBe(0);
  expect(grades('out')).toEqual(expected(STUDENTS));
  const gradebook = read('out/gradebook.csv');
  const ran = async (...more: string[]) => {
    const { stdout } = await batch('given', 'out', ...more);
    return [...stdout.matchAll(/^\[\d\/\d\] . (\S+):/gm)].map((match) => match[1]).sort();
  };
  expect(await ran()).toEqual([]);
  expect(await ran('--regrade', 'failed')).toEqual(['crashes-1', 'lower-1', 'once-1', 'syntax-1']);
  expect(await ran('--regrade', 'right-1')).toEqual(['right-1']);
  expect(await ran('--regrade', 'inconclusive')).toEqual([]);
  expect(read('out/gradebook.csv')).toBe(gradebook);
  appendFileSync(at('given/lower-1/server.py'), '# changed\n');
  expect(await ran('--regrade', 'changed')).toEqual(['lower-1']);
  rmSync(at('out/students/once-1/report.html'));
  expect(await ran()).toEqual(['once-1']);
  writeFileSync(spec, readFileSync(spec, 'utf8').replace('points: 2', 'points: 5'));
  expect(await ran()).toHaveLength(5);
  expect(await ran('--fresh')).toHaveLength(5);
  expect(unwrapped((await batch('given', 'out', '--regrade', 'nobody')).stderr)).toMatch(
    /no submission "nobody"/,
  );
});

test('a source that is not that of the submissions is wrong usage, and what was graded stays', async () => {
  const { right } = STUDENTS;
  if (right) writeCourse(at('given'), { right });
  await batch('given', 'out');
  const before = ['gradebook.csv', 'journal.jsonl', 'batch.json'].map((name) => read(`out/${name}`));
  const { code, stderr } = await batch('given', 'out', '--from', 'canvas', '--fresh');
  expect(unwrapped(stderr)).toMatch(/nothing in it is named as by Canvas \(found right-1\)/);
  expect(code).toBe(2);
  expect(['gradebook.csv', 'journal.jsonl', 'batch.json'].map((name) => read(`out/${name}`))).toEqual(before);
});

test('programs that hang, flood, fork and abort change nobody else', async () => {
  const students = { ...STUDENTS, ...HARMFUL };
  writeCourse(at('given'), students);
  const { code, stderr } = await batch('given', 'out', '--jobs', '3');
  expect(stderr).toBe('');
  expect(grades('out')).toEqual(expected(students));
  expect(code).toBe(0);
});

test('killed at any moment and started again: the same gradebook, byte by byte', async () => {
  writeCourse(at('given'), STUDENTS, 2);
  expect((await batch('given', 'whole')).code).toBe(0);
  const journal = at('out/journal.jsonl');
  const lines = () => (existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').length - 1 : -1);
  const moments: ((pid: number) => boolean)[] = [
    () => existsSync(at('out/.intake')) || existsSync(at('out/students')),
    () => lines() >= 0,
    () => lines() >= 1,
    () => lines() >= 4,
    () => lines() >= 9,
  ];
  for (const [index, moment] of moments.entries()) {
    const { child, result } = startCli(args('given', 'out'));
    await eventually(() => moment(child.pid ?? 0) || child.exitCode !== null, `moment ${index}`, 90_000);
    child.kill('SIGKILL');
    expect((await result).code === null || index > 0).toBe(true);
  }
  const last = await batch('given', 'out');
  expect(last.stdout).toMatch(/, \d+ graded already/);
  expect(read('out/gradebook.csv')).toBe(read('whole/gradebook.csv'));
  expect(read('out/gradebook.csv').split('\n')).toHaveLength(12);
});

test('a journal with foreign bytes is read up to them, and that is reported', async () => {
  writeCourse(at('given'), STUDENTS);
  await batch('given', 'out');
  const gradebook = read('out/gradebook.csv');
  const lines = read('out/journal.jsonl').split('\n');
  writeFileSync(
    at('out/journal.jsonl'),
    `${lines.slice(0, 2).join('\n')}\n\0garbage\n${lines.slice(2).join('\n')}`,
  );
  const { stdout, code } = await batch('given', 'out');
  expect(stdout).toMatch(/The journal is damaged from line 3 on/);
  expect(stdout).toMatch(/5 submissions .* 2 graded already/);
  expect(code).toBe(0);
  expect(read('out/gradebook.csv')).toBe(gradebook);
});

test.each([
  [1, 130],
  [2, 130],
] as const)('Ctrl-C %s times: what is done stays, and the next run goes on', async (times, status) => {
  writeCourse(at('given'), STUDENTS, 3);
  const { child, result } = startCli(args('given', 'out'));
  const lines = () =>
    existsSync(at('out/journal.jsonl')) ? read('out/journal.jsonl').split('\n').length - 1 : 0;
  await eventually(() => lines() >= 2, 'two are done', 90_000);
  for (let time = 0; time < times; time++) {
    child.kill('SIGINT');
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { code, stdout } = await result;
  expect(code).toBe(status);
  expect(stdout).toMatch(/again to resume/);
  expect(stdout).toMatch(/not started or not finished/);
  const kept = lines();
  expect(kept).toBeLessThan(15);
  const again = await batch('given', 'out');
  expect(again.stdout).toContain(`, ${kept} graded already`);
  expect(grades('out')).toEqual(expected(STUDENTS, 3));
});

test('parts on several machines come to what one would have made', async () => {
  writeCourse(at('given'), STUDENTS, 2);
  await batch('given', 'whole');
  for (const index of [1, 2, 3]) await batch('given', `part${index}`, '--shard', `${index}/3`);
  const merge = (...folders: string[]) => runCli(['merge', ...folders.map(at), '--out', at('merged')]);
  const { code, stderr } = await merge('part1', 'part2', 'part3');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(read('merged/gradebook.csv')).toBe(read('whole/gradebook.csv'));
  const sizes = (out: string) =>
    Object.keys(grades(out)).map((id) => statSync(at(`${out}/students/${id}/report.html`)).isFile());
  expect(sizes('merged')).toEqual(Array(10).fill(true));
  rmSync(at('merged'), { recursive: true });
  const partly = await merge('part1', 'part2', 'part1');
  expect(partly.code).toBe(3);
  expect(partly.stdout).toMatch(/^Missing, in no part: /);
  expect(partly.stdout).toMatch(/In several parts, the first counts: /);
  writeFileSync(spec, readFileSync(spec, 'utf8').replace('points: 2', 'points: 5'));
  await batch('given', 'other', '--shard', '3/3');
  const refused = await merge('part1', 'other');
  expect(refused.code).toBe(2);
  expect(unwrapped(refused.stderr)).toMatch(/another specification or other parameters/);
  expect(unwrapped((await merge('given')).stderr)).toMatch(/it is not the result of a batch/);
});

test('what is taken off for being late is a line of its own, and changes without grading again', async () => {
  const source = STUDENTS.right?.source ?? '';
  writeFiles(at('given'), {
    '1-9 - Ada - Nov 20, 2026 1000 AM/server.py': source,
    '2-9 - Bob - Nov 22, 2026 1000 AM/server.py': source,
  });
  const due = (percent: number) =>
    writeFileSync(at('late.yaml'), `due: "2026-11-20T12:00:00"\npercent_per_day: ${percent}\ngrace: 15m\n`);
  due(10);
  await batch('given', 'out', '--late-policy', at('late.yaml'));
  expect(table('out/gradebook.csv').map((row) => [row.points, row.late_deduction, row.grade])).toEqual([
    ['3', '', '3'],
    ['3', '-0.6', '2.4'],
  ]);
  const page = 'out/students/Bob_2/report.html';
  expect(read(page)).toMatch(
    /Late: 20% of the points possible are taken off; of the 2 shown here that is −0\.4, which leaves 1\.6\. The gradebook may count more than is shown here\. Handed in 1 d 22 h after it was due/,
  );
  expect(read('out/students/Bob_2/staff.html')).toContain('Late: −0.6 (20% of 3), which leaves 2.4.');
  due(50);
  const { stdout } = await batch('given', 'out', '--late-policy', at('late.yaml'));
  expect(stdout).toContain('2 graded already');
  expect(read(page)).toMatch(/of the 2 shown here that is −2, which leaves 0/);
  expect(JSON.parse(read('out/students/Bob_2/report.json')).late).toMatchObject({
    percent: 100,
    deduction: 3,
  });
  await batch('given', 'out');
  expect(read(page)).not.toContain('Late:');
  expect(table('out/gradebook.csv')[1]?.grade).toBe('3');
});

test('GitHub Actions obeys nothing that a student wrote', async () => {
  writeFiles(at('given'), { '::error::ada/##[error]lab.zip': 'x' });
  const command = args('given', 'out').map((word) => (word === 'auto' ? 'none' : word));
  const { stdout } = spawnSync(process.execPath, [path.join(ROOT, 'dist/cli/main.js'), ...command], {
    encoding: 'utf8',
    env: { ...process.env, GITHUB_ACTIONS: 'true' },
  });
  const [, token] = /^::stop-commands::([\w-]{36})\n/.exec(stdout) ?? [];
  expect(stdout).toContain('##[error]lab.zip');
  expect(stdout.endsWith(`\n::${token}::\n`)).toBe(true);
});

const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0;
if (!canMount) process.stderr.write('Not tried: a full disk needs the right to mount one.\n');
(canMount ? test : test.skip)(
  'a full disk is reported as such, and the same command goes on once there is room',
  () => {
    writeFiles(at('given'), { 'a/server.py': STUDENTS.right?.source ?? '' });
    const main = [process.execPath, path.join(ROOT, 'dist/cli/main.js')];
    const words = [...main, ...args('given', 'out')].map((word) => `'${word}'`).join(' ');
    const script = `mkdir '${at('out')}' && mount -t tmpfs -o size=16k tmpfs '${at('out')}'
${words}; echo "first $?"; mount -o remount,size=20m '${at('out')}'; ${words}; echo "then $?"`;
    const { stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', script], { encoding: 'utf8' });
    expect(stderr).toContain(`${at('out')}: the results can't be written: the disk is full`);
    expect(stderr).toContain('run the same command again to resume');
    expect(stderr).not.toContain('internal error');
    expect(stdout).toContain('first 4');
    expect(stdout).toContain('then 0');
  },
);
