import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { writeFiles } from '../batch/testing/archives.ts';
import { STUDENTS, writeSpec } from '../batch/testing/course.ts';
import { runCli, unwrapped } from '../testing/cli.ts';

const NAMES = ['Ada Lovelace', 'Grace Hopper', 'Alan Turing', 'Don Knuth'];
const POLICY = 'percent_per_day: 10\ndue: "2026-11-20T12:00:00Z"\n';

let folder: string;
const at = (name: string) => path.join(folder, name);
const read = (name: string) => readFileSync(at(name), 'utf8');
const table = (name: string) => parse(read(name), { columns: true, bom: true }) as Record<string, string>[];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'merge-'));
  writeSpec(folder);
  writeFiles(folder, { 'late.yaml': POLICY });
  writeCourse('given', NAMES);
});
afterEach(() => rmSync(folder, { recursive: true }));

function writeCourse(name: string, students: readonly string[]): void {
  for (const [number, student] of students.entries())
    writeFiles(at(name), {
      [`${student}_${number + 1}_assignsubmission_file/server.py`]: STUDENTS.right?.source ?? '',
    });
}

const batch = (input: string, out: string, ...more: string[]) =>
  runCli(
    [
      'batch',
      input,
      '--spec',
      'shout.grade.yaml',
      '--out',
      out,
      '--only',
      'answers',
      '--isolation',
      'auto',
      ...more,
    ],
    { cwd: folder },
  );
const merge = (...args: string[]) => runCli(['merge', ...args], { cwd: folder });
async function writeParts(...more: string[]): Promise<void> {
  for (const index of [1, 2]) await batch('given', `part${index}`, '--shard', `${index}/2`, ...more);
}
const concerns = (out: string) => table(`${out}/to-look-at.csv`).map(({ who, what }) => `${who}: ${what}`);

test('a late policy that cannot be applied is reported once for all, and the worksheet has the times', async () => {
  writeFileSync(
    at('worksheet.csv'),
    `Identifier,Full name,Grade,Last modified (submission)\n${NAMES.map(
      (name, number) =>
        `Participant ${number + 1},${name},,"Friday, ${number === 0 ? 22 : 19} November 2026, 10:00 AM"\n`,
    ).join('')}`,
  );
  writeFileSync(at('undated.yaml'), 'percent_per_day: 10\n');
  await batch('given', 'undated', '--late-policy', 'undated.yaml');
  expect(concerns('undated')).toEqual([
    expect.stringMatching(/^all submissions: the due date is not known: .*Give it with --due/),
  ]);
  await writeParts('--late-policy', 'late.yaml');
  const without = await merge('part1', 'part2', '--out', 'out');
  expect(without.stdout).toMatch(/all submissions: the time of submission is not known/);
  expect(concerns('out')).toEqual([expect.stringMatching(/^all submissions: .*--roster$/)]);
  const page = 'out/students/Ada-Lovelace_1/report.html';
  expect(read(page)).not.toContain('Late:');
  await merge('part1', 'part2', '--out', 'out', '--roster', 'worksheet.csv');
  expect(concerns('out')).toEqual([
    'times of submission: taken to be of UTC, the zone of the due date, since the download states none',
  ]);
  expect(table('out/gradebook.csv').map((row) => [row.name, row.late_deduction, row.grade])).toContainEqual([
    'Ada Lovelace',
    '-0.4',
    '1.6',
  ]);
  expect(read(page)).toContain('Late:');
});

test('parts that are not of one batch are refused, and so is the folder of a batch', async () => {
  await writeParts('--late-policy', 'late.yaml');
  await batch(
    'given',
    'later',
    '--shard',
    '2/2',
    '--late-policy',
    'late.yaml',
    '--due',
    '2026-11-21T12:00:00Z',
  );
  writeCourse('other', [...NAMES.slice(1), 'Ann Absent']);
  await batch('other', 'foreign', '--shard', '2/2', '--late-policy', 'late.yaml');
  for (const [parts, message] of [
    [['part1', 'later'], /later: it was graded by another late policy or due date/],
    [
      ['part1', 'foreign'],
      /foreign: it was made from other submissions than part1: only one of them knows of/,
    ],
  ] as const) {
    const { code, stderr } = await merge(...parts, '--out', 'out');
    expect(unwrapped(stderr)).toMatch(message);
    expect(code).toBe(2);
  }
  const journal = read('later/journal.jsonl');
  const own = await merge('part1', 'part2', '--out', 'later');
  expect(unwrapped(own.stderr)).toMatch(/later: it holds the results of a batch itself/);
  expect(read('later/journal.jsonl')).toBe(journal);
});

test('batches of two sections are joined, and who is in both is named', async () => {
  writeCourse('section1', NAMES.slice(0, 2));
  writeCourse('section2', NAMES.slice(0, 1));
  writeFiles(at('section2'), {
    'Ann Other_9_assignsubmission_file/server.py': STUDENTS.right?.source ?? '',
  });
  for (const section of ['section1', 'section2']) await batch(section, `of-${section}`);
  const { code, stdout } = await merge('of-section1', 'of-section2', '--out', 'out');
  expect(code).toBe(0);
  expect(stdout).toContain('Ada-Lovelace_1');
  expect(table('out/gradebook.csv').map(({ name }) => name)).toEqual([
    'Ada Lovelace',
    'Ann Other',
    'Grace Hopper',
  ]);
});

test('parts of an older version, which did not write their policy, are joined', async () => {
  await writeParts();
  for (const part of ['part1', 'part2']) {
    const { latePolicy: _, ...old } = JSON.parse(read(`${part}/batch.json`));
    writeFileSync(at(`${part}/batch.json`), JSON.stringify(old));
  }
  expect(await merge('part1', 'part2', '--out', 'out')).toMatchObject({ code: 0, stderr: '' });
});

test('submissions that no part has are named wherever a person looks, and a whole merge forgets it', async () => {
  await writeParts();
  const all = NAMES.map((name, number) => `${name.replace(' ', '-')}_${number + 1}`);
  const own = readdirSync(at('part1/students'));
  expect(own.length).toBeLessThan(all.length);
  const missing = all.filter((id) => !own.includes(id)).sort();
  writeFileSync(at('roster.csv'), `name,email\n${NAMES.map((name) => `${name},\n`).join('')}`);
  await merge('part1', 'part2', '--out', 'out');
  expect(readdirSync(at('out/students')).sort()).toEqual([...all].sort());
  const { code, stdout } = await merge('part1', '--out', 'out', '--roster', 'roster.csv');
  expect(code).toBe(3);
  expect(stdout).toContain(`${missing.length} in no part`);
  expect(concerns('out').filter((line) => line.includes('none of the parts'))).toEqual(
    missing.map((id) => `${id}: in none of the parts that were merged`),
  );
  expect(concerns('out').filter((line) => line.includes('roster'))).toEqual(
    missing.map(() => expect.stringContaining('or belongs to a part that is missing')),
  );
  expect(read('out/index.html')).toContain(`${missing.length} more in none of the parts`);
  expect(readdirSync(at('out/students'))).toEqual(own);
});
