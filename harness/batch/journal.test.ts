import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { Journal, readJournal } from './journal.ts';
import type { Result } from './result.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'journal-'));
  file = path.join(folder, 'journal.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

function result(id: string): Result {
  const scenarios = [{ id: 'a', status: 'pass', points: 1, ms: 5 }] as const;
  return {
    id,
    key: `key of ${id} ü`,
    status: 'pass',
    points: 1,
    maxPoints: 1,
    scenarios,
    again: false,
    isolation: 'full',
    ms: 9,
  };
}

async function write(...ids: string[]): Promise<void> {
  const journal = await Journal.open(file);
  for (const id of ids) await journal.add(result(id));
  await journal.close();
}

async function reopen(): Promise<{ ids: string[]; damage: Journal['damage'] }> {
  const journal = await Journal.open(file);
  await journal.close();
  return { ids: [...journal.results.keys()], damage: journal.damage };
}

test('what was added is there again, and what was forgotten is not', async () => {
  await write('ada', 'bob', 'eve');
  const journal = await Journal.open(file);
  await journal.forget(['bob', 'nobody']);
  await journal.close();
  expect(await reopen()).toEqual({ ids: ['ada', 'eve'], damage: undefined });
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(5);
});

test('a line that was cut off is put aside, and writing goes on behind the last whole one', async () => {
  await write('ada', 'bob');
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.subarray(0, bytes.length - 20));
  const { ids, damage } = await reopen();
  expect(ids).toEqual(['ada']);
  expect(damage).toMatchObject({ line: 2, kept: `${file}.damaged` });
  expect(readFileSync(`${file}.damaged`).length).toBe(damage?.bytes);
  await write('eve');
  expect(await reopen()).toEqual({ ids: ['ada', 'eve'], damage: undefined });
});

test('foreign bytes end the reading where they stand', async () => {
  await write('ada');
  appendFileSync(file, Buffer.from([0xff, 0, 0x0a]));
  await write();
  await write('bob');
  expect(await reopen()).toEqual({ ids: ['ada', 'bob'], damage: undefined });
});

test('no byte that is changed, taken out or added makes a result that was not written', async () => {
  await write('ada', 'bob', 'eve');
  const bytes = readFileSync(file);
  const wanted = new Map(['ada', 'bob', 'eve'].map((id) => [id, result(id)]));
  await fc.assert(
    fc.asyncProperty(
      fc.nat(bytes.length - 1),
      fc.nat(255),
      fc.constantFrom(0, 1, 2),
      async (at, byte, kind) => {
        const changed = Buffer.concat([
          bytes.subarray(0, at),
          kind === 1 ? Buffer.alloc(0) : Buffer.from([byte]),
          bytes.subarray(kind === 2 ? at : at + 1),
        ]);
        writeFileSync(file, changed);
        const { results } = await readJournal(file);
        for (const [id, read] of results) expect(read).toEqual(wanted.get(id));
      },
    ),
    { numRuns: 300 },
  );
});
