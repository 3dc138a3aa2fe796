import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readInput } from './read-input.ts';

let folder: string;
const at = (name: string) => path.join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'input-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a file, as much as is asked for and a byte more', () => {
  writeFileSync(at('file'), 'hello');
  expect(readInput(at('file'), 100).toString()).toBe('hello');
  expect(readInput(at('file'), 3).toString()).toBe('hell');
  expect((readInput('/dev/zero', 100) as Buffer).length).toBe(101);
  expect(readInput(folder, 100)).toBe('it is a folder');
  expect(readInput(at('nothing'), 100)).toBe('there is no such file');
});

test('a pipe that nobody writes to is not waited for', () => {
  execFileSync('mkfifo', [at('pipe')]);
  expect(readInput(at('pipe'), 100)).toBe('it is a pipe without a writer');
});

test('a pipe that somebody writes to is read to its end, also when it takes a while', async () => {
  execFileSync('mkfifo', [at('pipe')]);
  const writer = spawn('sh', ['-c', '{ echo one; sleep 0.2; echo two; } > "$0"', at('pipe')]);
  expect(readInput(at('pipe'), 100).toString()).toBe('one\ntwo\n');
  await once(writer, 'exit');
});
