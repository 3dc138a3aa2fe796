import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { gather } from '../gather.ts';
import { readRoster } from '../gradebook/roster.ts';
import type { Manifest } from '../manifest.ts';
import type { GradebookOptions } from '../options.ts';
import { writeOutputs } from '../outputs.ts';
import type { Result } from '../result.ts';
import { manifestOf, result, submission } from '../testing/graded.ts';
import { decide, type Entered, type Entry } from './decide.ts';
import { readDecisions, readDecisionsAgain } from './decisions.ts';
import { type OverrideLine, readOverrides, writeOverrides } from './overrides.ts';
import { ownDecisions } from './own-decisions.ts';

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

/** The table after a person has decided, as the next reading finds it. */
async function decideAbout(found: Manifest, results: readonly Result[], entered: Partial<Entered>) {
  const file = at('overrides.csv');
  const decisions = readDecisions(folder, {}, found.scenarios);
  const done = {
    manifest: found,
    results: new Map(results.map((one) => [one.id, one])),
    roster: undefined,
    decisions,
  };
  const gathered = gather(done, {});
  const whole = { entries: new Map(), note: '', by: 'tutor', at: '2026-11-21T10:00:00Z', ...entered };
  const decided = decide(gathered.lines, ownDecisions('zoe', gathered), whole, found.scenarios);
  if ('wrong' in decided) return decided.wrong;
  await writeOverrides(file, decided.lines);
  return readOverrides(file, found.scenarios);
}
const entry = (points: string, comment = '', again?: Entry['again']) => ({ points, comment, again });

test('a decision takes the place of the earlier one, and what is not changed keeps who and when', async () => {
  writeFileSync(
    at('overrides.csv'),
    'student,scenario,points,comment,by,own\nbob,,1,,,\nzoe,two,1,ok,prof,x\nZoë Müller,,2,,prof,\nzoe,,,,,\n',
  );
  const results = [result('zoe', 3)];
  const one = await decideAbout(manifest(ZOE), results, {
    entries: new Map([
      ['two', entry('1', 'ok')],
      [undefined, entry('3,5', 'better\nnow')],
    ]),
    note: ' ask her ',
  });
  expect(one).toMatchObject([
    { student: 'bob', points: 1 },
    { student: 'zoe', scenario: 'two', points: 1, comment: 'ok', by: 'prof', cells: { own: 'x' } },
    {
      student: 'zoe',
      points: 3.5,
      comment: 'better now',
      by: 'tutor',
      at: '2026-11-21T10:00:00Z',
      note: 'ask her',
    },
  ]);
  expect(one).toHaveLength(3);
  const two = await decideAbout(manifest(ZOE), results, {
    entries: new Map([
      ['two', entry('')],
      [undefined, entry('3.5', 'better now')],
    ]),
    by: 'other',
  });
  expect(two).toMatchObject([{ student: 'bob' }, { student: 'zoe', points: 3.5, by: 'tutor', note: '' }]);
  const wrong = await decideAbout(manifest(ZOE), results, { entries: new Map([['two', entry('2.5')]]) });
  expect(wrong).toEqual(
    new Map([['two', expect.stringContaining('2.5 points are more than there are for two: 2')]]),
  );
});

test('after another result a decision stays open until it is made anew, the same again or dropped', async () => {
  writeFileSync(at('overrides.csv'), 'student,scenario,points,comment\nzoe,,4,fine\nzoe,two,2,\n');
  await write(manifest(ZOE), [result('zoe', 3)]);
  const later = [result('zoe', 1)];
  const both = (again: Entry['again']) => ({
    entries: new Map([
      [undefined, entry('', '', again)],
      ['two', entry('', '', again)],
    ]),
  });
  const old = readOverrides(at('overrides.csv'), manifest().scenarios);
  const noted = await decideAbout(manifest(ZOE), later, { ...both('open'), note: 'look' });
  expect(noted).toMatchObject([
    { points: 4, basis: old[0]?.basis, note: 'look', by: '' },
    { points: 2, basis: old[1]?.basis },
  ]);
  expect((await write(manifest(ZOE), later)).grades[2]).toBe('');
  const same = (await decideAbout(manifest(ZOE), later, both('same'))) as readonly OverrideLine[];
  expect(same).toMatchObject([
    { points: 4, comment: 'fine', by: 'tutor' },
    { points: 2, by: 'tutor' },
  ]);
  expect(same[0]?.basis).not.toBe(old[0]?.basis);
  expect((await write(manifest(ZOE), later)).grades[2]).toBe('4');
  await write(manifest(ZOE), [result('zoe', 2)]);
  expect(await decideAbout(manifest(ZOE), [result('zoe', 2)], both('drop'))).toEqual([]);
  expect((await write(manifest(ZOE), [result('zoe', 2)])).grades[2]).toBe('2');
});

test('comments without points and notes: who sees them, and what becomes of them after a resubmission', async () => {
  writeFileSync(
    at('overrides.csv'),
    'student,scenario,points,comment,note\nzoe,,,Well done,came late\nzoe,two,,Why?,\n',
  );
  const first = await write(manifest(ZOE));
  expect(first.grades[2]).toBe('3');
  expect(read('index.html')).toContain('data-is="fail decided noted"');
  expect(read('index.html')).toContain('comment: Well done; comment on two: Why?; note: came late');
  expect(read('summary.html')).not.toMatch(/Well done|came late/);
  const later = await write(manifest({ ...ZOE, sha256: 'other' }));
  expect(later.grades[2]).toBe('3');
  expect(read('to-look-at.csv')).toContain(
    'line 2: the comment was written on other files or another result',
  );
  expect(read('index.html')).toContain('data-is="fail person noted"');
});

test('items of the rubric: no grade before they are decided, points and a column of their own, refused when wrong', async () => {
  writeFileSync(
    at('rubric.csv'),
    'item,points,title,about\nstyle,1,Code style,Names and comments\nremark,0,,\n',
  );
  const open = await write(manifest(ZOE));
  expect([open.grades[2], open.open]).toEqual(['', ['Müller, Zoë: none: no grade: not decided yet: style']]);
  writeFileSync(at('overrides.csv'), 'student,scenario,points,comment\nzoe,style,0.5,Short names\n');
  const decided = await write(manifest(ZOE));
  expect([decided.grades[2], decided.open]).toEqual(['3.5', []]);
  expect(table('gradebook.csv')[0]).toMatchObject({ style: '0.5', grade: '3.5', max_points: '5' });
  writeFileSync(at('overrides.csv'), 'student,scenario,points\nzoe,,5\n');
  expect((await write(manifest(ZOE))).grades[2]).toBe('5');
  for (const [line, message] of [
    ['one,1', /rubric\.csv, line 2: the item can't be "one": a scenario is called so/],
    ['total,1', /line 2: the item can't be "total"/],
    ['style,much', /line 2: the points of "style" are no number/],
  ] as const) {
    writeFileSync(at('rubric.csv'), `item,points\n${line}\n`);
    expect(() => readDecisions(folder, {}, manifestOf([]).scenarios)).toThrow(message);
  }
});

test('what people change while a batch runs counts; what can not be read any more stays as it is, and is listed', async () => {
  const { scenarios } = manifestOf([]);
  const before = readDecisions(folder, {}, scenarios);
  writeFileSync(at('overrides.csv'), 'student,scenario,points\nzoe,,4\n');
  expect(readDecisionsAgain(folder, before, {}, scenarios).overrides).toMatchObject([{ points: 4 }]);
  const bad = 'student,scenario,points\nzoe,,400\n';
  writeFileSync(at('overrides.csv'), bad);
  const decisions = readDecisionsAgain(folder, before, {}, scenarios);
  const roster = await readRoster(at('roster.csv'));
  const results = new Map([['zoe', result('zoe', 3)]]);
  const { concerns } = await writeOutputs(
    folder,
    { manifest: manifest(ZOE), results, roster, decisions },
    {},
  );
  expect(concerns).toContainEqual({
    who: 'decisions',
    grade: 'not placed',
    what: expect.stringContaining("can't be read"),
  });
  expect(read('overrides.csv')).toBe(bad);
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
