import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Ids, Submission } from '../types.ts';
import { matchRoster } from './match.ts';
import { readRoster } from './roster.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'match-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Who of a submission got which row, what is reported about it, and who is said to have handed in nothing. */
async function match(table: string, ...students: readonly { readonly name?: string; readonly ids: Ids }[]) {
  const file = path.join(folder, 'roster.csv');
  writeFileSync(file, table);
  const submissions = students.map(
    (student, at) => ({ id: `${at}`, students: [student] }) as unknown as Submission,
  );
  const { rows, doubtful, unmatched, missing } = matchRoster(submissions, await readRoster(file));
  return {
    rows: students.map((student) => rows.get(student)?.name),
    doubtful: doubtful.map(({ submission, why }) => `${submission.id}: ${why}`),
    unmatched: unmatched.map(({ submission, why }) => `${submission.id}: ${why}`),
    missing: missing.map(({ name }) => name),
  };
}

const all = (...rows: string[]) => ({ rows, doubtful: [], unmatched: [], missing: [] });
const repository = (login: string) => ({ ids: { login, repository: `net-echo-${login}` } });
const CANVAS = 'Student,ID,SIS User ID,SIS Login ID,Section\n';

test('ids first, then names that fit one row alone; both sides of what is left are reported', async () => {
  const table = 'name,email,id\n"Müller, Bob",bob@x,1\nAnn Lee,ann1@x,2\nAnn Lee,ann2@x,3\nZoe,zoe@x,4\n';
  const ann = { name: 'Ann Lee', ids: {} };
  expect(
    await match(
      table,
      { name: 'Lee Ann', ids: { email: 'ANN2@x' } },
      { name: 'Bób Müller', ids: {} },
      { name: 'Eve', ids: { login: 'eve9' } },
      ann,
    ),
  ).toEqual({
    rows: ['Ann Lee', 'Müller, Bob', undefined, 'Ann Lee'],
    doubtful: [],
    unmatched: ['2: the roster does not have this student'],
    missing: ['Zoe'],
  });
  expect((await match(table, ann, { name: 'Ann Lee', ids: {} })).unmatched).toEqual(
    [0, 1].map((at) => `${at}: the name fits several, and there is no id in common`),
  );
});

test("a student who is called like Canvas's test student has a row", async () => {
  const table = `${CANVAS}"Student, Test",15,S15,test,A\n"Student, Test",99,,x1,A\n`;
  expect(await match(table, { name: 'studenttest', ids: { canvas: '15' } })).toEqual(all('Student, Test'));
});

test('numbers of a plain table are not those of Canvas', async () => {
  expect(
    await match(
      'name,id\n"Lovelace, Ada",1004\n"Zhang, Wei",1001\n',
      { name: 'lovelaceada', ids: { canvas: '1001' } },
      { name: 'zhangwei', ids: { canvas: '1004' } },
    ),
  ).toEqual(all('Lovelace, Ada', 'Zhang, Wei'));
  const sid = { name: 'A. L.', ids: { sid: '1815' } };
  expect((await match('name,id\n"Lovelace, Ada",1815\n', sid)).rows).toEqual(['Lovelace, Ada']);
});

test('an id against a name: the name counts where a row has it, and it is listed for manual review either way', async () => {
  const table = `${CANVAS}"Lovelace, Ada",1004,,,A\n"Zhang, Wei",1001,,,A\n`;
  const ada = { name: 'lovelaceada', ids: { canvas: '1001' } };
  expect(await match(table, ada)).toEqual({
    rows: ['Lovelace, Ada'],
    doubtful: ['0: taken for Lovelace, Ada: the name is, but the id is that of Zhang, Wei'],
    unmatched: [],
    missing: ['Zhang, Wei'],
  });
  expect(await match(table, { name: 'hoppergrace', ids: { canvas: '1001' } })).toMatchObject({
    rows: [undefined],
    doubtful: [],
    unmatched: ['0: the id is that of Zhang, Wei, and the name is not'],
    missing: ['Lovelace, Ada', 'Zhang, Wei'],
  });
  const fine = [
    ['Lovelace, Augusta Ada', 'lovelaceada'],
    ['Müller, Bob', 'Robert Müller'],
    ['张伟', 'Zhang Wei'],
    ['Lovelace, Ada', 'al7'],
  ];
  for (const [name = '', own = ''] of fine)
    expect(await match(`name,login\n"${name}",al7\n`, { name: own, ids: { login: 'al7' } })).toEqual(
      all(name),
    );
});

test('what one system calls a login another calls an email address', async () => {
  const table = `${CANVAS}"Miller, Jo",1,,jm@x.edu,A\n"Ross, Robert",2,,bob,A\n"Boole, George",3,,1854,A\n`;
  expect(
    await match(
      table,
      { name: 'J. Miller', ids: { email: 'JM@x.edu' } },
      { name: 'Bob Ross', ids: { email: 'bob@x.edu' } },
      { name: 'G. Boole', ids: { sid: '1854' } },
    ),
  ).toEqual(all('Miller, Jo', 'Ross, Robert', 'Boole, George'));
  const elsewhere = await match('name,email\nJo,jm@y.edu\n', { name: 'Jim', ids: { email: 'jm@x.edu' } });
  expect(elsewhere.rows).toEqual([undefined]);
});

test('the more reliable id has its row, whoever comes first', async () => {
  const table = `${CANVAS}"Ross, Bob",2,,bob,A\n`;
  const weak = { name: 'Bob Other', ids: { email: 'bob@x.edu' } };
  const strong = { name: 'Bob Ross', ids: { canvas: '2' } };
  expect((await match(table, weak, strong)).rows).toEqual([undefined, 'Ross, Bob']);
});

test('repositories: the whole login, then the longest end', async () => {
  const table = 'name,login\nAnn,ann-lee\nLee,lee\n';
  expect(await match(table, repository('ann-lee'), repository('lee'))).toEqual(all('Ann', 'Lee'));
  // The beginning that all repositories share took "ann-" from the logins.
  const cut = { ids: { login: 'zoe', repository: 'net-echo-ann-zoe' } };
  expect(await match('name,login\nZoe,ann-zoe\n', cut)).toEqual(all('Zoe'));
  expect(await match('name,login\nZoe,ann-zoe\nOther,zoe\n', cut)).toMatchObject({
    rows: [undefined],
    unmatched: ['0: several rows of the roster have this id'],
    missing: [],
  });
  expect(await match('name,login\nLee,lee\n', repository('ann-lee'), repository('lee'))).toMatchObject({
    rows: [undefined, 'Lee'],
    doubtful: [],
  });
  expect(await match('name,login\nLee,lee\n', repository('ann-lee'))).toMatchObject({
    rows: ['Lee'],
    doubtful: ['0: taken for Lee: the repository ends in lee, but this may be the end of a longer login'],
  });
});

test('rows that an unmatched student may be are not said to have handed in nothing', async () => {
  const table = 'name,id\nAda,1\nAugusta,1\nAnn Lee,2\nAnn Lee,3\nZoe,4\n';
  expect(
    await match(table, { name: 'A. L.', ids: { sid: '1' } }, { name: 'Lee, Ann', ids: {} }),
  ).toMatchObject({
    unmatched: [
      '0: several rows of the roster have this id',
      '1: the name fits several, and there is no id in common',
    ],
    missing: ['Zoe'],
  });
});

test('a course of thousands is matched, which comparing all with all could not do in the time of a test', async () => {
  const of = (one: (at: number) => string) => Array.from({ length: 3_000 }, (_, at) => one(at));
  const table = `name,id,email\n${of((at) => `First${at} Last${at},${at},m${at}@x`).join('\n')}\n`;
  const { rows } = await match(
    table,
    ...of(String).map((at) => ({ name: `last${at}first${at}`, ids: { login: `zz${at}` } })),
  );
  expect(rows).toEqual(of((at) => `First${at} Last${at}`));
});
