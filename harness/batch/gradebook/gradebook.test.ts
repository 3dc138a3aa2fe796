import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Result } from '../result.ts';
import { manifestOf, result, submission } from '../testing/graded.ts';
import type { Submission } from '../types.ts';
import { type Book, columnOf } from './book.ts';
import { canvasComments } from './comments.ts';
import { GRADEBOOKS } from './index.ts';
import { matchRoster } from './match.ts';
import { type Roster, readRoster } from './roster.ts';
import { type GradeRow, gradeRows } from './row.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gradebook-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function roster(text: string): Promise<Roster> {
  const file = path.join(folder, 'roster.csv');
  writeFileSync(file, text);
  return readRoster(file);
}

function book(submissions: Submission[], results: Result[], rosterOf?: Roster, lateness = {}): Book {
  const manifest = manifestOf(submissions, { lateness });
  const matches = rosterOf === undefined ? undefined : matchRoster(submissions, rosterOf);
  const byId = new Map(results.map((one) => [one.id, one]));
  return {
    rows: gradeRows(manifest, byId, matches),
    scenarios: manifest.scenarios,
    roster: rosterOf,
    column: columnOf('Echo server', rosterOf, undefined),
    maxPoints: 4,
    scale: 1,
  };
}

const read = (text: string) => parse(text, { columns: true, bom: true }) as Record<string, string>[];

const ADA = submission('ada', { name: 'lovelaceada', ids: { canvas: '12' } });
const BOB = submission('bob', { name: 'Bób Müller', ids: {} });
const EVE = submission('eve', { name: 'Eve', ids: { login: 'eve9' } });

test('Canvas: the rows of its export in their order, with its column; no grade is an empty cell, and who submitted nothing keeps theirs', async () => {
  const given = await roster(
    [
      '\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,"Echo server (77)",Final Score',
      ',,,,,Manual Posting,',
      '    Points Possible,,,,,10,(read only)',
      '"Muller, Bob",13,S13,bob,A,,1',
      '"Lovelace, Ada",12,S12,ada,A,,1',
      '"Nobody, Ann",14,S14,ann,A,7,1',
      '"Student, Test",15,S15,test,A,,1',
      '"Student, Test",99,,x,A,,1',
    ].join('\n'),
  );
  const rows = read(
    GRADEBOOKS.canvas(book([ADA, BOB], [result('ada', 3), result('bob', 2, 'two: why')], given)),
  );
  expect(Object.keys(rows[0] ?? {})).toEqual([
    'Student',
    'ID',
    'SIS User ID',
    'SIS Login ID',
    'Section',
    'Echo server (77)',
  ]);
  expect(rows.map((row) => [row.Student, row.ID, row['Echo server (77)']])).toEqual([
    ['', '', 'Manual Posting'],
    ['Points Possible', '', '4'],
    ['Muller, Bob', '13', ''],
    ['Lovelace, Ada', '12', '3'],
    ['Nobody, Ann', '14', '7'],
    ['Student, Test', '15', ''],
    ['Student, Test', '99', ''],
  ]);
});

test('Moodle: the worksheet with its grades filled in', async () => {
  const heading =
    'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Last modified (grade)"';
  const given = await roster(
    `${heading}\n"Participant 101","Ada L",a@x,"Submitted",,10.00,-\n"Participant 102","Bob M",b@x,"",7,10.00,-\n`,
  );
  const ada = submission('ada', { name: 'Ada Lee', ids: { moodle: '101' } });
  const text = GRADEBOOKS.moodle(book([ada], [result('ada', 4)], given));
  expect(text).toBe(
    'Identifier,Full name,Email address,Status,Grade,Maximum Grade,Last modified (grade)\nParticipant 101,Ada L,a@x,Submitted,4,10.00,-\nParticipant 102,Bob M,b@x,,7,10.00,-\n',
  );
  expect(read(GRADEBOOKS.moodle(book([ada], [result('ada', 4)])))).toMatchObject([
    { Identifier: 'Participant 101', Grade: '4', 'Last modified (grade)': '' },
  ]);
});

test('Moodle: who could not be judged keeps the grade of the export, and so does who submitted nothing', async () => {
  const given = await roster(
    'ID,Vollständiger Name,Bewertung,Zuletzt geändert (Bewertung)\nTeilnehmer/in101,Ada L,7,-\nTeilnehmer/in102,Bob M,8,-\n',
  );
  const ada = submission('ada', { name: 'Ada L', ids: { moodle: '101' } });
  expect(
    read(GRADEBOOKS.moodle(book([ada], [result('ada', 2, 'two: why')], given))).map((row) => row.Bewertung),
  ).toEqual(['7', '8']);
});

test('Moodle: columns that it needs and that were taken out of the worksheet are put back', async () => {
  const given = await roster('Identifier,Full name\nParticipant 101,Ada L\n');
  const ada = submission('ada', { name: 'Ada L', ids: { moodle: '101' } });
  expect(GRADEBOOKS.moodle(book([ada], [result('ada', 4)], given))).toBe(
    'Identifier,Full name,Grade,Last modified (grade)\nParticipant 101,Ada L,4,\n',
  );
});

test('Brightspace: a column of points, and # at the end of each line', async () => {
  const given = await roster(
    'OrgDefinedId,Username,Last Name,First Name,Echo server Points Grade <Numeric MaxPoints:4>,End-of-Line Indicator\n#111,#eve9,X,Eve,,#\n',
  );
  expect(GRADEBOOKS.brightspace(book([EVE], [result('eve', 1)], given))).toBe(
    'OrgDefinedId,Username,Last Name,First Name,Echo server Points Grade <Numeric MaxPoints:4>,End-of-Line Indicator\n#111,#eve9,X,Eve,1,#\n',
  );
  expect(GRADEBOOKS.brightspace(book([EVE], [result('eve', 1)]))).toBe(
    'OrgDefinedId,Username,Echo server Points Grade,End-of-Line Indicator\n,eve9,1,#\n',
  );
});

test('for another system than the roster is from, ids are those of the roster', async () => {
  const given = await roster('Student,ID,SIS User ID,SIS Login ID,Section\nEve,1,S1,eve1,A\n');
  const eve = submission('eve', { name: 'Eve', ids: { login: 'Eve' } });
  expect(GRADEBOOKS.brightspace(book([eve], [result('eve', 1)], given))).toContain('\nS1,eve1,1,#\n');
});

test('the plain one has a column a scenario, the deduction and the reason where there is no grade', () => {
  const late = { late: { percent: 50, summary: 'Handed in late.' } };
  const rows = read(
    GRADEBOOKS.plain(
      book([ADA, EVE], [result('ada', 3), result('eve', 2, 'two: why')], undefined, { ada: late }),
    ),
  );
  expect(rows).toMatchObject([
    {
      submission: 'ada',
      points: '3',
      late_deduction: '-2',
      grade: '1',
      one: '2',
      two: '1',
      late: 'Handed in late.',
    },
    { submission: 'eve', status: 'inconclusive', points: '', grade: '', one: '2', two: '', note: 'two: why' },
  ]);
});

test('a group: one result, a row for each', () => {
  const group = submission('group', { name: 'A', ids: { sid: '1' } }, { name: 'B', ids: { sid: '2' } });
  expect(
    read(GRADEBOOKS.plain(book([group], [result('group', 4)]))).map(({ name, grade }) => [name, grade]),
  ).toEqual([
    ['A', '4'],
    ['B', '4'],
  ]);
});

test("comments of staff: Moodle's column for feedback, a request for Canvas, and nothing of what students do not see", async () => {
  const given = await roster(
    [
      'Identifier,Full name,Status,Grade,Maximum Grade,Last modified (grade),Feedback comments',
      'Participant 101,Ada Lovelace,,,4,,earlier',
      'Participant 102,Bob Müller,,,4,,kept',
    ].join('\n'),
  );
  const ada = submission('ada', { name: 'Ada Lovelace', ids: { moodle: '101', canvas: '12' } });
  const bob = submission('bob', { name: 'Bob Müller', ids: { moodle: '102', canvas: '13' } });
  const made = book([ada, bob], [result('ada', 3), result('bob', 2)], given);
  const hidden = made.scenarios.map((one) =>
    one.id === 'two' ? { ...one, visibility: 'hidden' as const } : one,
  );
  const [first, second] = made.rows;
  const said: Book = {
    ...made,
    scenarios: hidden,
    rows: [
      {
        ...(first as GradeRow),
        setByStaff: [
          { scenario: 'one', points: 1, maxPoints: 2, comment: '=Close' },
          { scenario: 'two', points: 1, maxPoints: 2, comment: 'secret' },
        ],
        comments: [{ comment: 'Well done.' }],
        notes: [{ note: 'for staff', by: 'prof', at: '' }],
      },
      second as GradeRow,
    ],
  };
  const moodle = GRADEBOOKS.moodle(said);
  expect(read(moodle).map((row) => row['Feedback comments'])).toEqual(['Well done. one: =Close', 'kept']);
  expect(JSON.parse(canvasComments(said) ?? '')).toEqual({
    grade_data: { 12: { text_comment: 'Well done. one: =Close' } },
  });
  expect(canvasComments(made)).toBeUndefined();
  expect(read(GRADEBOOKS.plain(said))[0]).toMatchObject({
    comment: 'Well done. one: =Close',
    note: expect.stringMatching(/two set by staff to 1: secret.*note \(prof\): for staff/),
  });
  expect(moodle + canvasComments(said)).not.toMatch(/secret|for staff/);
});
