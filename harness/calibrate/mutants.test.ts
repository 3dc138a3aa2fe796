import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeScratch } from '../sandbox/scratch.ts';
import { difference, makeMutants } from './mutants.ts';

const SERVER = 'createServer((s) => { s.pipe(s); }).listen(process.argv[2]);\n';

test.each([
  ['server.mjs', "import { createServer } from 'node:net';\n"],
  ['server.cjs', "const { createServer } = require('net');\n"],
])('mutants of %s are made, and what found no place is told', async (file, first) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'mutants-'));
  const scratch = await makeScratch();
  try {
    writeFileSync(path.join(folder, file), first + SERVER);
    const { mutants, dropped, none } = await makeMutants(folder, scratch);
    expect(mutants.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['other-port', 'waits-for-input', 'extra-nul', 'no-reply', 'recv-once']),
    );
    expect(dropped).toEqual([
      { name: 'one-shot', why: 'no place found' },
      { name: 'dies-at-reset', why: 'no place found' },
    ]);
    expect(none).toBeUndefined();
  } finally {
    await scratch.remove();
    rmSync(folder, { recursive: true });
  }
});

test('of what was changed only the lines that differ are shown, wherever they are', () => {
  const before = 'one\ntwo\nthree\nfour\nfive\n';
  expect(difference(before, before)).toEqual([]);
  expect(difference(before, `zero\n${before.replace('four', '4')}`)).toEqual(['+ zero', '- four', '+ 4']);
});
