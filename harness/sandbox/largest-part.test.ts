import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { largestPart } from './largest-part.ts';

const LIMIT = { bytes: 100 * 4096, files: 50 };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'largest-'));
  writeFileSync(path.join(folder, 'server.py'), 'pass\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

function fill(name: string, files: number, bytes = 1): void {
  mkdirSync(path.join(folder, name), { recursive: true });
  for (let at = 0; at < files; at += 1) writeFileSync(path.join(folder, name, `f${at}`), Buffer.alloc(bytes));
}

test('names the folder with too many files, wherever it is', async () => {
  fill('lab/web/node_modules/left-pad', 45);
  fill('lab/src', 12);
  expect(await largestPart(folder, LIMIT)).toMatchObject({
    name: 'lab/web/node_modules/left-pad',
    files: 46,
  });
});

test('names the folder that holds many folders, and counts it up to the limit', async () => {
  for (let at = 0; at < 20; at += 1) fill(`node_modules/package-${at}`, 9);
  expect(await largestPart(folder, LIMIT)).toMatchObject({ name: 'node_modules', more: true });
});

test('names the file that is too large', async () => {
  fill('data', 3);
  writeFileSync(path.join(folder, 'data/dump.bin'), Buffer.alloc(101 * 4096));
  expect(await largestPart(folder, LIMIT)).toMatchObject({ name: 'data/dump.bin', more: true });
});

test('names no part where none stands out', async () => {
  for (const name of ['a', 'b', 'c', 'd']) fill(name, 14);
  expect(await largestPart(folder, LIMIT)).toMatchObject({ name: '.' });
});
