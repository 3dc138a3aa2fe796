import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { readRoster } from '../gradebook/roster.ts';
import type { Manifest } from '../manifest.ts';
import type { GradebookOptions } from '../options.ts';
import { writeOutputs } from '../outputs.ts';
import type { Result } from '../result.ts';
import { manifestOf, result, submission } from '../testing/graded.ts';
import { readDecisions } from './decisions.ts';
import { basisOf, readOverrides, saveOverride } from './overrides.ts';

const ROSTER = `Student,ID,SIS Login ID,Section,Echo server (7)
"Lee, Ann",11,alee1,A,
"Lee, Ann",12,alee2,A,3.5
"Müller, Zoë",13,zm,A,
"Absent, Ben",14,ba,A,2
`;
const ANN = submission('leeann', { name: 'leeann', ids: {} });
const OTHER_ANN = submission('leeann2', { name: 'leeann', ids: {} });
const ZOE = submission('zoe', { name: 'Zoë Müller', ids: { login: 'zm' } });
const PDF = submission('pdf_13', { ids: {} });

let folder: string;
const at = (name: string) => path.join(folder, name);
const read = (name: string) => readFileSync(at(name), 'utf8');
const table = (name: string) => parse(read(name), { columns: true, bom: true }) as Record<string, string>[];
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'decisions-'));
  writeFileSync(at('roster.csv'), ROSTER);
});
afterEach(() => rmSync(folder, { recursive: true }));

async function write(
  manifest: Manifest,
  results: readonly Result[] = manifest.submissions.map(({ id }) => result(id, 3)),
  options: GradebookOptions = {},
) {
  const roster = await readRoster(at('roster.csv'));
  const decisions = readDecisions(folder, options, manifest.scenarios);
  const byId = new Map(results.map((one) => [one.id, one]));
  const { concerns, graded } = await writeOutputs(
    folder,
    { manifest, results: byId, roster, decisions },
    options,
  );
  return {
    graded,
    grades: table('gradebook-canvas.csv')
      .slice(0)
      .map((row) => row['Echo server (7)']),
    open: concerns
      .filter(({ grade }) => grade !== undefined)
      .map(({ who, what, grade }) => `${who}: ${grade}: ${what}`),
  };
}
const manifest = (...submissions: (typeof ANN)[]) => manifestOf(submissions, { source: 'canvas' });

test('two students of one name are placed by mapping.csv, which is a template first and kept then', async () => {
  const before = await write(manifest(ANN, OTHER_ANN, ZOE));
  expect(before.grades).toEqual(['', '3.5', '3', '2']);
  expect(before.open).toHaveLength(2);
  expect(table('mapping.csv')).toEqual([
    {
      submission: 'leeann',
      row: '',
      name: 'leeann',
      found: '',
      why: expect.stringContaining('fits several'),
    },
    {
      submission: 'leeann2',
      row: '',
      name: 'leeann',
      found: '',
      why: expect.stringContaining('fits several'),
    },
    { submission: 'zoe', row: '', name: 'Zoë Müller', found: 'Müller, Zoë', why: '' },
  ]);
  // As a spreadsheet writes it, with a column of one's own, a note, and the rows in another order.
  writeFileSync(at('mapping.csv'), 'submission;row;done\nleeann2;ALEE1;yes\nleeann;12;\ngone;13;\n');
  const after = await write(manifest(ANN, OTHER_ANN, ZOE), [
    result('leeann', 1),
    result('leeann2', 2),
    result('zoe', 3),
  ]);
  expect(after.grades).toEqual(['2', '1', '3', '2']);
  expect(after.open).toEqual([]);
  expect(table('mapping.csv')).toMatchObject([
    { submission: 'leeann', row: '12', found: 'Lee, Ann' },
    { submission: 'leeann2', row: 'ALEE1', done: 'yes' },
    { submission: 'zoe', row: '' },
    { submission: 'gone', row: '13' },
  ]);
  const text = read('mapping.csv');
  await write(manifest(ANN, OTHER_ANN, ZOE));
  expect(read('mapping.csv')).toBe(text);
});

test("one submission for several, one for nobody, and rows that can't be found", async () => {
  writeFileSync(
    at('mapping.csv'),
    'submission,row\nleeann,alee1\nleeann,14\nleeann2,-\nzoe,"Lee, Ann"\npdf_13,99\n',
  );
  const { grades, open } = await write(manifest(ANN, OTHER_ANN, ZOE, PDF));
  expect(grades).toEqual(['3', '3.5', '', '3']);
  expect(open).toEqual([
    'zoe: not placed: mapping.csv, line 5: "Lee, Ann" is no row: several rows of the roster have this name: give an id',
    'pdf_13: not placed: mapping.csv, line 6: "99" is no row: neither the roster nor a submission has it',
  ]);
});

test('points that staff set: of a scenario, of the whole, for who submitted nothing; shown as what they are', async () => {
  const results = [result('zoe', 2, 'two: why'), result('pdf_13', 0, 'no program')];
  const first = await write(manifest(ZOE, PDF), results);
  expect([first.graded, first.grades]).toEqual([0, ['', '3.5', '', '2']]);
  expect(table('overrides.csv').map(({ student, points }) => [student, points])).toEqual([
    ['zoe', ''],
    ['pdf_13', ''],
  ]);
  writeFileSync(
    at('overrides.csv'),
    'student,scenario,points,comment,by\nzoe,two,"1,5",-1 for style,tutor\n"Absent, Ben",,4,by mail,\nalee1,total,0,,\npdf_13,,,,\n',
  );
  const { grades, graded } = await write(manifest(ZOE, PDF), results);
  expect([graded, grades]).toEqual([1, ['0', '3.5', '3.5', '4']]);
  expect(table('gradebook.csv').map(({ name, grade, status, note }) => [name, grade, status, note])).toEqual([
    ['Müller, Zoë', '3.5', 'fail', 'two set by staff to 1.5: -1 for style'],
    ['', '', 'inconclusive', 'no program'],
    ['Absent, Ben', '4', 'set by staff', 'the grade set by staff to 4: by mail'],
    ['Lee, Ann', '0', 'set by staff', 'the grade set by staff to 0'],
  ]);
  expect(read('index.html')).toContain('set by staff');
  expect(read('index.html')).toContain('-1 for style, tutor');
  expect(read('summary.html')).not.toContain('-1 for style');
  expect(table('overrides.csv')).toMatchObject([
    {
      student: 'zoe',
      points: '1,5',
      comment: "'-1 for style",
      basis: expect.stringMatching(/^[0-9a-f]{16}$/),
    },
    { student: 'Absent, Ben', basis: 'no submission' },
    { student: 'alee1', basis: 'no submission' },
    { student: 'pdf_13', basis: '' },
  ]);
  const text = read('overrides.csv');
  expect((await write(manifest(ZOE, PDF), results)).grades).toEqual(grades);
  expect(read('overrides.csv')).toBe(text);
});

test('a decision about other files or another result does not count, and neither does what the grader found', async () => {
  writeFileSync(at('overrides.csv'), 'student,scenario,points\nzoe,,4\n"Lee, Ann",,4\n');
  expect((await write(manifest(ZOE))).grades).toEqual(['', '3.5', '4', '2']);
  const again =
    /^Müller, Zoë: none: no grade: decide again: overrides\.csv, line 2 was decided on other files/;
  for (const [files, points] of [
    [ZOE, 1],
    [{ ...ZOE, sha256: 'other' }, 3],
  ] as const) {
    const { grades, open } = await write(manifest(files), [result('zoe', points)]);
    expect(grades).toEqual(['', '3.5', '', '2']);
    expect(open).toContainEqual(expect.stringMatching(again));
  }
  expect((await write(manifest(ZOE))).grades).toEqual(['', '3.5', '4', '2']);
  expect((await write(manifest(ZOE))).open).toContainEqual(
    expect.stringMatching(
      /^Lee, Ann: not placed: .*line 3: .* several rows of the roster have this name: give an id/,
    ),
  );
});

test.each([
  ['zoe,,4.5', /line 2: 4.5 points are more than there are for the whole grade: 4\n/],
  ['zoe,two,2.1', /line 2: 2.1 points are more than there are for two: 2\n/],
  ['zoe,two,-1', /line 2: the points are no number/],
  ['zoe,tow,1', /line 2: there is no scenario "tow"\n {2}did you mean "two"\?/],
])("an override that can't be is refused with its line: %s", (line, message) => {
  writeFileSync(at('overrides.csv'), `student,scenario,points\n${line}\n`);
  expect(() => readDecisions(folder, {}, manifestOf([]).scenarios)).toThrow(message);
});

test('one decision is saved in the place of an earlier one, with who, when and why', async () => {
  const { scenarios } = manifestOf([]);
  const one = {
    student: 'zoe',
    points: 2,
    comment: 'ok',
    by: 'tutor',
    at: '2026-11-21T10:00:00Z',
    basis: '',
  };
  const file = at('overrides.csv');
  await saveOverride(file, { ...one, scenario: 'two' }, scenarios);
  await saveOverride(file, one, scenarios);
  const basis = basisOf(ZOE, result('zoe', 3));
  await saveOverride(file, { ...one, points: 3, comment: 'better', basis }, scenarios);
  expect(readOverrides(file, scenarios)).toMatchObject([
    { ...one, scenario: 'two' },
    { ...one, points: 3, comment: 'better', basis },
  ]);
  await expect(saveOverride(file, { ...one, points: 5 }, scenarios)).rejects.toThrow('more than there are');
});

test("an extension of nobody is listed, and one that can't be read stops everything", async () => {
  writeFileSync(at('extensions.csv'), 'student,due\nzm,+2d\nNobody Known,36h\n,\n');
  const { open } = await write(manifest(ZOE));
  expect(open).toEqual([
    expect.stringMatching(
      /^Nobody Known: not placed: extensions\.csv, line 3: the extension fits no student/,
    ),
  ]);
  writeFileSync(at('extensions.csv'), 'student,due\nzm,next week\n');
  expect(() => readDecisions(folder, {}, [])).toThrow(/line 2: the extension can't be "next week"/);
  writeFileSync(at('extensions.csv'), 'who,due\nzm,2d\n');
  expect(() => readDecisions(folder, {}, [])).toThrow(
    /has no column "student"\n {2}Its heading is student,due,comment/,
  );
  expect(existsSync(at('journal.jsonl'))).toBe(false);
});
