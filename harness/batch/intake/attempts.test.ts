import { Taker } from '../testing/take.ts';
import { writtenTime } from './written-time.ts';

let course: Taker;
beforeEach(() => {
  course = new Taker();
});
afterEach(() => course.dispose());

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
  expect(writtenTime(date)).toBe('2026-11-20T21:26:00');
});

test('Brightspace: a date that is not known is reported, and never makes two students of one', async () => {
  expect(['Nov 31, 2026 926 PM', '20/11/2026 2126', 'yesterday'].map(writtenTime)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  const { contents, submissions } = await course.take({
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
  const { source, first, contents } = await course.take({
    'index.html': 'overview',
    '111-900 - Ada Lovelace - Nov 19, 2026 926 PM/server.py': 'first',
    '111-900 - Ada Lovelace - Nov 20, 2026 1205 AM/server.py': 'second',
    '111-900 - Ada Lovelace - Nov 20, 2026 1201 PM/server.py': 'third',
    '112-900 - Grace Hopper - Nov 20, 2026 1001 AM/server.py': 'grace',
  });
  expect(source).toBe('brightspace');
  expect(contents['Ada-Lovelace_111']).toEqual({ 'server.py': 'third' });
  expect(first.at).toBe('2026-11-20T12:01:00');
  expect(first.earlier).toHaveLength(2);
});

test('Blackboard: the newest attempt, with the names that the note tells', async () => {
  const { source, submissions, contents } = await course.take({
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
    at: '2026-11-20T10:00:00',
  });
});

test('Blackboard: names of users and of the assignment may hold "_", and nobody gets what another handed in', async () => {
  const attempt = 'attempt_2026-11-20-10-00-00';
  const noted = await course.take({
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
  const bare = await course.takeOnly(
    {
      [`Lab_3_a_smith_${attempt}_server.py`]: 'anna',
      [`Lab_3_b_smith_${attempt}_x_a_smith_${attempt}_server.py`]: 'bert',
    },
    { zipped: false },
  );
  expect(bare.ids).toEqual(['a_smith', 'b_smith']);
  const alone = await course.takeOnly({ [`Lab_3_a_smith_${attempt}_server.py`]: 'anna' }, { zipped: false });
  expect(alone.first).toMatchObject({ id: 'Lab_3_a_smith', students: [{ ids: {} }] });
});
