import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeFiles, zipFolder } from '../testing/archives.ts';
import { type Roster, readRoster } from './roster.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'roster-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function roster(content: string | Uint8Array): Promise<Roster> {
  const file = path.join(folder, 'roster.csv');
  writeFileSync(file, content);
  return readRoster(file);
}

test('a roster that cannot be read says what it should be', async () => {
  await expect(roster('"a')).rejects.toThrow(/can't be read/);
  await expect(roster('colour\nred\n')).rejects.toThrow(/names no students/);
  await expect(readRoster('/nowhere')).rejects.toThrow(/can't be read/);
  expect((await roster('Name;E-Mail\nAda;a@x\n')).rows).toMatchObject([
    { name: 'Ada', ids: { email: 'a@x' } },
  ]);
});

test('a stray carriage return ends a line and merges nothing', async () => {
  const { rows } = await roster('name,id\rx,\nAda,1\nBob,2\r\nCleo,3\n');
  expect(rows.map(({ name }) => name)).toEqual(['x', 'Ada', 'Bob', 'Cleo']);
});

test('what is no table is said to be none, without any of its bytes', async () => {
  const workbook = zipFolder(
    writeFiles(path.join(folder, 'book'), { 'xl/sheet1.xml': '<sheet "a"/>'.repeat(100) }),
    path.join(folder, 'roster.xlsx'),
  );
  await expect(readRoster(workbook)).rejects.toThrow(/is not a table but an Excel workbook .*\n {2}Save/);
  await expect(roster(Buffer.from([0x89, 0x50, 0, 1, 2, 3]))).rejects.toThrow(/binary data/);
  const [message = ''] = String(await roster(`a "${'\x1b[31m x '.repeat(300)}`).catch(String)).split('\n');
  expect(message).toMatch(/can't be read as a table/);
  expect(message).not.toContain('\x1b');
  expect(message.length).toBeLessThan(400);
});

test('names are read in the encoding that they were written in', async () => {
  const text = 'name,id\n"Müller, Šárka",1\n"O’Neill, Œuvre",2\n';
  const windows1252 = Buffer.from(
    text.replaceAll('Š', '\x8a').replaceAll('’', '\x92').replaceAll('Œ', '\x8c'),
    'latin1',
  );
  const utf16be = Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  for (const bytes of [text, `\ufeff${text}`, windows1252, Buffer.from(`\ufeff${text}`, 'utf16le'), utf16be])
    expect((await roster(bytes)).rows).toMatchObject([{ name: 'Müller, Šárka' }, { name: 'O’Neill, Œuvre' }]);
});

test('"id" is Canvas\'s own number in its export, and a student number in any other table', async () => {
  const canvas = await roster('Student,ID,Section\n"Lovelace, Ada",1001,A\n');
  expect(canvas).toMatchObject({ kind: 'canvas', rows: [{ ids: { canvas: '1001' } }] });
  const plain = await roster('name,id\n"Lovelace, Ada",1004\n');
  expect(plain).toMatchObject({ kind: 'plain', rows: [{ ids: { sid: '1004' } }] });
  expect(plain.rows[0]?.ids.canvas).toBeUndefined();
  const own = await roster('Student,ID,Canvas ID\n"Lovelace, Ada",1004,1001\n');
  expect(own).toMatchObject({ kind: 'plain', rows: [{ ids: { sid: '1004', canvas: '1001' } }] });
});

test.each([
  [
    'German',
    'ID,"Vollständiger Name",E-Mail-Adresse,Status,Bewertung,Bestwertung,"Bewertung kann geändert werden","Zuletzt geändert (Abgabe)","Zuletzt geändert (Bewertung)"',
    'Teilnehmer/in101,"Ada L",a@x,Abgegeben,,"10,00",Ja,"Freitag, 20. März 2026, 21:26",-',
    'Bewertung',
  ],
  [
    'French',
    'Identifiant,"Nom complet","Adresse de courriel",Statut,Note,"Note maximale","Dernière modification (travail remis)","Dernière modification (note)"',
    'Participant101,"Ada L",a@x,Remis,,"10,00","vendredi 20 mars 2026, 21:26",-',
    'Note',
  ],
  [
    'Portuguese',
    'Identificador,"Nome completo","Endereço de e-mail",Status,Nota,"Última modificação (envio)","Última modificação (nota)"',
    'Participante 101,"Ada L",a@x,Enviado,,"sexta-feira, 20 mar. 2026, 21:26",-',
    'Nota',
  ],
  [
    'English',
    'Identifier,"Full name","Email address",Status,Grade,"Last modified (submission)","Last modified (grade)"',
    'Participant 101,"Ada L",a@x,Submitted,,"Friday, 20 March 2026, 9:26 PM",-',
    'Grade',
  ],
])('a worksheet of Moodle in %s', async (_, heading, line, grade) => {
  expect(await roster(`${heading}\n${line}\n`)).toMatchObject({
    kind: 'moodle',
    worksheet: { grade },
    rows: [
      {
        name: 'Ada L',
        ids: { moodle: '101', email: 'a@x' },
        at: '2026-03-20T21:26:00',
      },
    ],
  });
});

test('a worksheet of Moodle that is not understood is reported, and what only looks a little like one is taken', async () => {
  await expect(
    roster('标识符,姓名,成绩,上次修改（作业）,上次修改（评分）\n参与者101,Ada,,-,-\n'),
  ).rejects.toThrow(/Moodle's grading worksheet in a language .*\n {2}Switch Moodle to English/);
  const plain = await roster('id,name,Lab (points),Lab (late)\nstudent1,Ada,1,0\nstudent2,Bob,1,0\n');
  expect(plain).toMatchObject({ kind: 'plain', rows: [{ ids: { sid: 'student1' } }, { name: 'Bob' }] });
});

const ADA = { name: 'Ada Lovelace', ids: { sid: 'S1' } };

test.each([
  [
    'GitHub Classroom',
    '"identifier","github_username","github_id","name"\n"s1@x","ada","77",""\n',
    { name: '', ids: { sid: 's1@x', login: 'ada' } },
  ],
  ["Moodle's whole gradebook", 'First name,Surname,ID number,Email address\nAda,Lovelace,S1,a@x\n', ADA],
  ['a German Excel', 'sep=;\nVorname;Nachname;Matrikelnummer\nAda;Lovelace;S1\n', ADA],
])('a table as it comes from elsewhere: %s', async (_, text, student) => {
  expect((await roster(text)).rows).toMatchObject([student]);
});
