import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeScratch } from '../sandbox/scratch.ts';
import { difference, fitted } from './difference.ts';
import { makeMutants } from './mutants.ts';

const SERVER = 'createServer((s) => { s.pipe(s); }).listen(process.argv[2]);\n';

test.each([
  ['server.mjs', "import { createServer } from 'node:net';\n"],
  ['server.cjs', "const { createServer } = require('net');\n"],
])('mutants of %s are made, and what found no place is reported', async (file, first) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'mutants-'));
  const scratch = await makeScratch();
  try {
    writeFileSync(path.join(folder, file), first + SERVER);
    const { mutants, dropped, none } = await makeMutants(folder, scratch);
    expect(mutants.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['other-port', 'waits-for-input', 'extra-nul', 'no-reply', 'recv-once']),
    );
    expect(dropped.slice(0, 2)).toEqual([
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

test('what differs can be seen in lines that are too long', () => {
  const [before, after] = ['send(client, buffer, length, 0);', 'send(client, buffer, length + 1, 0);'];
  const long = (text: string) =>
    `if (${'a_long_condition && '.repeat(5)}1) ${text} /* ${'and so on '.repeat(9)}*/`;
  const shown = fitted(difference(long(before), long(after)), 60);
  expect(shown).toEqual(['- … length, 0); …', '+ … length + 1, 0); …'].map(() => expect.any(String)));
  expect(shown.join('\n')).toContain('length + 1');
  for (const line of shown) expect(line.length).toBeLessThanOrEqual(60);
});

test('mutants that are the same program are tried once, and one that is the solution itself not at all', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'mutants-'));
  const scratch = await makeScratch();
  try {
    const source = `#include <sys/socket.h>
#include <string.h>
void serve(int c) {
  char b[2];
  if (recv(c, b, 1, 0) == 1) { b[1] = 0; send(c, "x", 1, 0); }
}
`;
    writeFileSync(path.join(folder, 'server.c'), source);
    const { mutants, dropped } = await makeMutants(folder, scratch);
    // strlen("x") is 1: the compiler says so.
    expect(dropped).toContainEqual({ name: 'strlen', why: 'it is the same program' });
    // And the buffer has one byte more than was received.
    expect(dropped).toContainEqual({ name: 'extra-nul', why: 'it is the same program as whole-buffer' });
    expect(mutants.map(({ name }) => name)).toContain('whole-buffer');
  } finally {
    await scratch.remove();
    rmSync(folder, { recursive: true });
  }
});
