import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { concerns } from './attention.ts';
import { columnOf } from './gradebook/book.ts';
import { GRADEBOOKS } from './gradebook/index.ts';
import { matchRoster } from './gradebook/match.ts';
import { readRoster } from './gradebook/roster.ts';
import { gradeRows } from './gradebook/row.ts';
import { isStudentOf } from './gradebook/same-student.ts';
import type { Files } from './testing/archives.ts';
import { manifestOf, result } from './testing/graded.ts';
import { type CourseMember, courseOf } from './testing/students.ts';
import { Taker } from './testing/take.ts';

const COURSE = courseOf(45);

/** Points out of 4 by which it is known whose a file is. */
const pointsOf = (student: CourseMember) => (COURSE.indexOf(student) % 17) / 4;
const program = (student: CourseMember) => `# ${student.login}\n`;

let taker: Taker;
beforeEach(() => {
  taker = new Taker();
});
afterEach(() => taker.dispose());

const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
const table = (...lines: readonly (readonly string[])[]) =>
  `${lines.map((line) => line.map(cell).join(',')).join('\n')}\n`;

const canvasRoster = () =>
  table(
    ['Student', 'ID', 'SIS User ID', 'SIS Login ID', 'Section', 'Echo server (77)'],
    ...COURSE.map(({ first, last, login, number }, at) => [
      `${last}, ${first}`,
      String(9_000 + at),
      number,
      login,
      'A',
      'old',
    ]),
  );
const worksheet = (status: (student: CourseMember) => string, group = (_: CourseMember) => '') =>
  table(
    ['Identifier', 'Full name', 'Email address', 'Status', 'Group', 'Grade', 'Last modified (grade)'],
    ...COURSE.map((student, at) => [
      `Participant ${500 + at}`,
      `${student.first} ${student.last}`,
      student.email,
      status(student),
      group(student),
      'old',
      '-',
    ]),
  );
const brightspaceRoster = () =>
  table(
    [
      'OrgDefinedId',
      'Username',
      'Last Name',
      'First Name',
      'Echo server Points Grade',
      'End-of-Line Indicator',
    ],
    ...COURSE.map(({ first, last, login, number }) => [`#${number}`, `#${login}`, last, first, 'old', '#']),
  );
const plainRoster = () =>
  table(
    ['name', 'email', 'login', 'id', 'grade'],
    ...COURSE.map(({ first, last, email, login, number }) => [
      `${first} ${last}`,
      email,
      login,
      number,
      'old',
    ]),
  );

interface Download {
  readonly source: string;
  readonly files: Files;
  readonly roster: string;
  readonly gradebook?: keyof typeof GRADEBOOKS;
  readonly zipped?: boolean;
}

const each = (make: (student: CourseMember, at: number) => Files): Files =>
  Object.assign({}, ...COURSE.map((student, at) => make(student, at)));
/** What Canvas makes of a name: letters and digits only, the last name first. */
const joined = ({ first, last }: CourseMember) =>
  `${last}${first}`.toLowerCase().replace(/[^\p{L}\p{N}\p{M}_]/gu, '');

const DOWNLOADS: Readonly<Record<string, () => Download>> = {
  Canvas: () => ({
    source: 'canvas',
    roster: canvasRoster(),
    gradebook: 'canvas',
    files: each((one, at) => ({
      [`${joined(one)}${at % 5 === 0 ? '_LATE' : ''}_${9_000 + at}_${100 + at}_server.py`]: program(one),
      [`${joined(one)}_${9_000 + at}_${300 + at}_notes-1.txt`]: 'notes',
    })),
  }),
  Moodle: () => ({
    source: 'moodle',
    roster: worksheet(() => 'Submitted for grading - '),
    gradebook: 'moodle',
    files: each((one, at) => ({
      [`${one.first} ${one.last}_${500 + at}_assignsubmission_file/server.py`]: program(one),
    })),
  }),
  'Moodle, blind': () => ({
    source: 'moodle',
    roster: worksheet(() => '').replace(/"Full name",|(?<="Participant \d+",)"[^"]*",/g, ''),
    gradebook: 'moodle',
    files: each((one, at) => ({ [`Participant_${500 + at}_assignsubmission_file_server.py`]: program(one) })),
  }),
  Gradescope: () => ({
    source: 'gradescope',
    roster: canvasRoster(),
    gradebook: 'canvas',
    files: {
      'assignment_1_export/submission_metadata.yml': COURSE.map(
        ({ first, last, number, email }, at) =>
          `submission_${800 + at}:\n  :submitters:\n  - :name: ${JSON.stringify(`${first} ${last}`)}\n    :sid: '${number}'\n    :email: ${email}\n  :created_at: 2026-11-20 22:58:01.000000000 Z\n`,
      ).join(''),
      ...each((one, at) => ({ [`assignment_1_export/submission_${800 + at}/server.py`]: program(one) })),
    },
  }),
  Brightspace: () => ({
    source: 'brightspace',
    roster: brightspaceRoster(),
    gradebook: 'brightspace',
    files: {
      ...each((one, at) => ({
        [`${3_000 + at}-77 - ${one.first} ${one.last} - Nov 20, 2026 926 PM/server.py`]: program(one),
        ...(at % 4 === 0
          ? { [`${3_000 + at}-77 - ${one.first} ${one.last} - Nov 19, 2026 926 PM/server.py`]: 'older' }
          : {}),
      })),
      'index.html': '<html>',
    },
  }),
  Blackboard: () => ({
    source: 'blackboard',
    roster: brightspaceRoster(),
    gradebook: 'brightspace',
    files: each((one) => ({
      [`Lab_3_${one.login}_attempt_2026-11-20-21-26-12.txt`]: `Name: ${one.first} ${one.last} (${one.login})\nAssignment: Lab_3\nDate Submitted: Friday, November 20, 2026 9:26:12 PM EST\n\nFiles:\n\tOriginal filename: server.py\n\tFilename: Lab_3_${one.login}_attempt_2026-11-20-21-26-12_server.py\n`,
      [`Lab_3_${one.login}_attempt_2026-11-20-21-26-12_server.py`]: program(one),
    })),
  }),
  'Classroom 50': () => ({
    source: 'classroom50',
    roster: plainRoster(),
    files: each((one) => ({ [`net-2026-echo-${one.login}/server.py`]: program(one) })),
  }),
  Autolab: () => ({
    source: 'autolab',
    roster: plainRoster(),
    files: each((one) => ({
      [`${one.email}_1_server.py`]: 'the first one',
      [`${one.email}_12_server.py`]: program(one),
      [`${one.email}_2_server.py`]: 'the second one',
    })),
  }),
  'plain folders': () => ({
    source: 'plain',
    zipped: false,
    roster: plainRoster(),
    files: each((one, at) => ({
      [`${at % 2 === 0 ? one.login : `${one.first} ${one.last}`}/server.py`]: program(one),
    })),
  }),
  'plain files': () => ({
    source: 'plain',
    roster: plainRoster(),
    files: each((one) => ({ [`${one.login}.py`]: program(one) })),
  }),
};

/** Takes a download in, gives everybody points by what is in their file, and tells what each row of the roster got. */
async function grade({ files, roster: text, gradebook = 'plain', zipped = true }: Download) {
  const file = path.join(taker.folder, 'roster.csv');
  writeFileSync(file, text);
  const roster = await readRoster(file);
  const { source, submissions, contents, refused } = await taker.takeOnly(files, {
    zipped,
    isStudent: isStudentOf(roster),
  });
  rmSync(file);
  const results = submissions.map(({ id }) => {
    const texts = Object.values(contents[id] ?? {});
    const owner = COURSE.find((one) => texts.includes(program(one)));
    return owner === undefined ? result(id, 0, 'no program') : result(id, pointsOf(owner));
  });
  const manifest = manifestOf(submissions, { source, refused });
  const matches = matchRoster(submissions, roster);
  const rows = gradeRows(manifest, new Map(results.map((one) => [one.id, one])), matches);
  const column = columnOf('Echo server', roster, undefined);
  const book = { rows, scenarios: manifest.scenarios, roster, column, maxPoints: 4, scale: 1 };
  const lines = parse(GRADEBOOKS[gradebook](book), { columns: true, bom: true }) as Record<string, string>[];
  const grades = lines.map((line) => line[roster.worksheet?.grade ?? column] ?? line.grade);
  const list = concerns(manifest, rows, matches);
  return { source, submissions, refused, matches, lines, grades, list };
}

test.each(Object.entries(DOWNLOADS))(
  '%s: every student is found once, and every grade is where it belongs',
  async (_, make) => {
    const download = make();
    const { source, submissions, refused, matches, lines, grades, list } = await grade(download);
    expect(source).toBe(download.source);
    expect(refused).toEqual([]);
    expect(submissions).toHaveLength(COURSE.length);
    expect(matches.unmatched.map(({ student, why }) => [student, why])).toEqual([]);
    expect(matches.missing).toEqual([]);
    if (download.gradebook === undefined) {
      const byLogin = new Map(lines.map(({ login, grade: own }) => [login, own]));
      expect(COURSE.map(({ login }) => byLogin.get(login))).toEqual(
        COURSE.map((one) => String(pointsOf(one))),
      );
    } else expect(grades).toEqual(COURSE.map((one) => String(pointsOf(one))));
    expect(list.filter(({ grade: open }) => open !== undefined)).toEqual([]);
  },
);

const TEAMS = [...new Set(COURSE.map(({ team }) => team))];
const firstOf = (team: string) => COURSE.find((one) => one.team === team) as CourseMember;

test.each([
  ['a heading that says so', 'Group'],
  ['a heading in a language that is not known', 'Hópur'],
])(
  'Moodle, teams: each member gets the grade, and whoever has the number of the group does not: %s',
  async (_, heading) => {
    const { source, grades, list, submissions } = await grade({
      source: 'moodle',
      gradebook: 'moodle',
      roster: worksheet(
        () => 'Submitted for grading - ',
        ({ team }) => (team === 'Team 15' ? 'Default group' : team),
      ).replace('"Group"', `"${heading}"`),
      // The numbers of the groups are those of participants.
      files: Object.assign(
        {},
        ...TEAMS.map((team, at) => ({
          [team === 'Team 15'
            ? 'Default group_assignsubmission_file/server.py'
            : `${team}_${540 - at}_assignsubmission_file/server.py`]: program(firstOf(team)),
        })),
      ),
    });
    expect([source, submissions.length]).toEqual(['moodle', 15]);
    expect(grades).toEqual(COURSE.map(({ team }) => String(pointsOf(firstOf(team)))));
    expect(list).toEqual([]);
  },
);

test('Moodle, teams: a group that the worksheet does not have is nobody, whoever has its number', async () => {
  const { grades, list, matches } = await grade({
    source: 'moodle',
    gradebook: 'moodle',
    roster: worksheet(
      () => '',
      ({ team }) => team,
    ),
    files: {
      'Team 1_510_assignsubmission_file/server.py': program(firstOf('Team 1')),
      'Crew 99_511_assignsubmission_file/server.py': program(firstOf('Team 2')),
    },
  });
  const own = String(pointsOf(firstOf('Team 1')));
  expect(grades).toEqual(COURSE.map(({ team }) => (team === 'Team 1' ? own : 'old')));
  expect(list.filter(({ grade: open }) => open !== undefined)).toEqual([
    {
      who: 'Crew-99_511',
      what: expect.stringMatching(
        /^Crew 99: not in the roster's gradebook: the id is that of .*, and the name is not$/,
      ),
      grade: 'not placed',
    },
  ]);
  expect(matches.missing).toHaveLength(COURSE.length - 3);
});

test('Moodle, teams: the number of a group is that of a member with a name in other letters, or with a digit', async () => {
  const { grades, list } = await grade({
    source: 'moodle',
    gradebook: 'moodle',
    roster: worksheet(
      () => '',
      ({ team }) => team,
    ).replace('"Ann Lee"', '"Ann 1K Lee"'),
    // The names of 508 and 506 are Arabic and Chinese.
    files: {
      'Team 3_508_assignsubmission_file/server.py': program(firstOf('Team 3')),
      'Team 1_511_assignsubmission_file/server.py': program(firstOf('Team 1')),
      'Crew 99_506_assignsubmission_file/server.py': program(firstOf('Team 2')),
    },
  });
  const given = ['Team 1', 'Team 3'];
  expect(grades).toEqual(
    COURSE.map(({ team }) => (given.includes(team) ? String(pointsOf(firstOf(team))) : 'old')),
  );
  expect(list.filter(({ grade: open }) => open !== undefined)).toMatchObject([{ who: 'Crew-99_506' }]);
});

test('Moodle, teams: older versions name the member as well', async () => {
  const { grades, list } = await grade({
    source: 'moodle',
    gradebook: 'moodle',
    roster: worksheet(
      () => '',
      ({ team }) => team,
    ),
    files: each((one, at) => ({
      [`${one.team}-${one.first} ${one.last}_${500 + at}_assignsubmission_file/server.py`]: program(one),
    })),
  });
  expect(grades).toEqual(COURSE.map((one) => String(pointsOf(one))));
  expect(list).toEqual([]);
});

test('Canvas, anonymous: everything is taken in, late or typed, and nobody gets a row by what looks like an id', async () => {
  const { submissions, refused, list, grades } = await grade({
    source: 'canvas',
    gradebook: 'canvas',
    roster: canvasRoster(),
    files: {
      'anon_aB3xY_2001_server.py': program(firstOf('Team 1')),
      'LATE_anon_Zz9Q1_2002_server.py': program(firstOf('Team 2')),
      'anon_9001_2003_server.py': program(firstOf('Team 3')),
      'anon_q7_Lt_2004_server.py': program(firstOf('Team 4')),
      'anon_Kk2Pp_text.html': '<p>typed',
      'LATE_anon_Mm3Qq_link.html': '<p>linked',
    },
  });
  expect(refused).toEqual([]);
  expect(submissions.map(({ id, late }) => [id, late])).toEqual([
    ['anon_9001', false],
    ['anon_Kk2Pp', false],
    ['anon_Mm3Qq', true],
    ['anon_Zz9Q1', true],
    ['anon_aB3xY', false],
    ['anon_q7_Lt', false],
  ]);
  expect(new Set(grades)).toEqual(new Set(['old']));
  expect(list.filter(({ grade: open }) => open === 'not placed')).toHaveLength(6);
});

test('what looks like a submission and is left out is told apart from what staff put beside', async () => {
  const { list, submissions } = await grade({
    source: 'canvas',
    roster: canvasRoster(),
    files: {
      ...each((one, at) => ({ [`${joined(one)}_${9_000 + at}_${100 + at}_server.py`]: program(one) })),
      'ada lovelace server.py': 'by mail',
      'README.txt': 'how to grade',
    },
  });
  expect(submissions).toHaveLength(COURSE.length);
  expect(list).toEqual([
    {
      who: 'ada lovelace server.py',
      what: 'left out: its name is not that of a submission',
      grade: 'left out',
    },
    { who: 'README.txt', what: 'left out: its name is not that of a submission' },
  ]);
});

test('Gradescope without its metadata, and with an entry whose folder is missing', async () => {
  const files = each((one, at) => ({ [`submission_${800 + at}/server.py`]: program(one) }));
  const without = await grade({ source: 'gradescope', roster: plainRoster(), files });
  expect([without.source, without.submissions.length]).toEqual(['gradescope', COURSE.length]);
  const { missing } = await taker.takeOnly(files);
  expect(missing).toEqual([
    {
      name: 'submission_metadata.yml',
      why: expect.stringContaining('without it the submissions belong to no student'),
    },
  ]);
  const metadata = 'submission_800:\n  :submitters: []\nsubmission_999:\n  :submitters: []\n';
  const some = await taker.takeOnly({ ...files, 'submission_metadata.yml': metadata });
  expect(some.missing).toEqual([
    { name: 'submission_999', why: expect.stringContaining('not in the download') },
  ]);
});

test('plain folders: a document by a student is a submission without a program, a list by staff is none', async () => {
  const [first, second, third] = COURSE as readonly [CourseMember, CourseMember, CourseMember];
  const { submissions, list, matches } = await grade({
    source: 'plain',
    roster: plainRoster(),
    files: {
      ...each((one, at) => (at < 3 ? {} : { [`${one.login}/server.py`]: program(one) })),
      [`${first.login}.pdf`]: '%PDF',
      [`${second.login}.docx`]: 'PK',
      [`${third.login}.txt`]: 'my server crashed',
      'grades.csv': 'name,grade\n',
    },
  });
  expect(submissions).toHaveLength(COURSE.length);
  expect(matches.missing).toEqual([]);
  expect(list.filter(({ grade: open }) => open === 'none').map(({ submission }) => submission)).toEqual([
    first.login,
    second.login,
    third.login,
  ]);
  expect(list.filter(({ who }) => who === 'grades.csv')).toEqual([
    { who: 'grades.csv', what: expect.stringContaining('beside the submissions') },
  ]);
});
