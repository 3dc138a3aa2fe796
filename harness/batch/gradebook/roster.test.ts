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

test('a roster that can not be read says what it should be', async () => {
  await expect(roster('"a')).rejects.toThrow(/can't be read/);
  await expect(roster('colour\nred\n')).rejects.toThrow(/names no students/);
  await expect(readRoster('/nowhere')).rejects.toThrow(/can't be read/);
  expect((await roster('Name;E-Mail\nAda;a@x\n')).rows).toMatchObject([
    { name: 'Ada', ids: { email: 'a@x' } },
  ]);
});

test('what is no table is said to be none, without any of its bytes', async () => {
  const workbook = zipFolder(
    writeFiles(path.join(folder, 'book'), { 'xl/sheet1.xml': '<sheet "a"/>'.repeat(100) }),
    path.join(folder, 'roster.xlsx'),
  );
  await expect(readRoster(workbook)).rejects.toThrow(
    /is no table, but an Excel workbook .* save it as CSV\n/,
  );
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
