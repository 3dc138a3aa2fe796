import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { replaceFile } from './replace-file.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'replace-file-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const contentOf = (name: string) => readFileSync(path.join(folder, name), 'utf8');

test('puts the whole content in the place of the old, durable or not, and makes folders', async () => {
  const file = path.join(folder, 'a/b/c.txt');
  await replaceFile(file, 'one');
  await replaceFile(file, Buffer.from('two'), { durable: true });
  expect(contentOf('a/b/c.txt')).toBe('two');
  await replaceFile(file, (temporary) => writeFile(temporary, 'three'));
  expect(contentOf('a/b/c.txt')).toBe('three');
  expect(readdirSync(path.join(folder, 'a/b'))).toEqual(['c.txt']);
});

test('leaves the old file, and nothing else, when the new one fails half-way', async () => {
  const file = path.join(folder, 'report.json');
  writeFileSync(file, 'old');
  const half = async (temporary: string) => {
    await writeFile(temporary, 'ha');
    throw new Error('disk full');
  };
  await expect(replaceFile(file, half)).rejects.toThrow('disk full');
  expect(contentOf('report.json')).toBe('old');
  expect(readdirSync(folder)).toEqual(['report.json']);
});

test('writes through no link that stands at the temporary name', async () => {
  const victim = path.join(folder, 'victim');
  writeFileSync(victim, 'mine');
  const file = path.join(folder, 'report.json');
  symlinkSync(victim, `${file}.${process.pid}.tmp`);
  await replaceFile(file, 'new');
  expect(contentOf('victim')).toBe('mine');
  expect(contentOf('report.json')).toBe('new');
  expect(existsSync(`${file}.${process.pid}.tmp`)).toBe(false);
});
