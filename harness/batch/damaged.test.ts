import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { UserError } from '../base/user-error.ts';
import { mutated, randomFrom } from '../testing/mutate.ts';
import { processorTime } from '../testing/processor-time.ts';
import { readRoster } from './gradebook/roster.ts';
import { JOURNAL, Journal, writeJournal } from './journal.ts';
import { MANIFEST, readManifest, writeManifest } from './manifest.ts';
import { merge } from './merge.ts';
import { manifestOf, result, submission } from './testing/graded.ts';

let folder: string;
const at = (name: string) => path.join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'damaged-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const MANIFEST_OF_ALL = manifestOf(
  [
    {
      ...submission('ada', { name: 'Ada', ids: { canvas: '1' } }),
      at: '2026-11-20T12:00:00Z',
      remarks: ['x'],
    },
    submission('bob', { name: 'Bob', ids: { login: 'b' } }, { ids: {} }),
  ],
  {
    latePolicy: { percentPerDay: 10, grace: 0, due: '2026-11-20T10:00:00Z' },
    lateness: { ada: { open: 'why' } },
  },
);

/** The outcome of a step: something, or an error that tells a person what is wrong. */
async function outcomeOf<T>(work: () => Promise<T>): Promise<T | UserError> {
  const began = processorTime();
  try {
    return await work();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  } finally {
    expect(processorTime() - began).toBeLessThan(2_000);
  }
}

test.each([
  ['with its checksum', true],
  ['of an older version, which has none', false],
])('a damaged batch.json %s ends in a clear message, and never anything else', async (_, withSum) => {
  await writeManifest(folder, MANIFEST_OF_ALL);
  const { sum, policySum, ...rest } = JSON.parse(readFileSync(at(MANIFEST), 'utf8'));
  const random = randomFrom(1);
  let refused = 0;
  for (let round = 0; round < 500; round++) {
    const damaged = mutated(rest, random);
    const isChanged = JSON.stringify(damaged) !== JSON.stringify(rest);
    writeFileSync(
      at(MANIFEST),
      JSON.stringify(withSum ? { ...(damaged as object), sum, policySum } : damaged),
    );
    const read = await outcomeOf(() => readManifest(folder));
    if (read instanceof UserError) refused++;
    else if (withSum && isChanged) expect(read.latePolicy).toBeUndefined();
    if (read instanceof UserError)
      expect(read.message).toMatch(/its batch\.json (is damaged: |can't be read)/);
  }
  expect(refused).toBeGreaterThan(200);
});

test('merging damaged parts ends in a clear message or in everything that they hold', async () => {
  const random = randomFrom(2);
  const part = at('part');
  for (let round = 0; round < 60; round++) {
    await writeManifest(part, MANIFEST_OF_ALL);
    const { sum: _, policySum: __, ...rest } = JSON.parse(readFileSync(path.join(part, MANIFEST), 'utf8'));
    writeFileSync(path.join(part, MANIFEST), JSON.stringify(mutated(rest, random)));
    await writeJournal(path.join(part, JOURNAL), [result('ada', 4), result('bob', 2)]);
    rmSync(at('out'), { recursive: true, force: true });
    await outcomeOf(() => merge({ folders: [part], out: at('out') }));
  }
});

test('a damaged journal counts up to the damage, and is never read as something else', async () => {
  const file = at(JOURNAL);
  const all = Array.from({ length: 10 }, (_, number) => result(`s${number}`, 3));
  await writeJournal(file, all);
  const whole = readFileSync(file);
  const random = randomFrom(3);
  for (let round = 0; round < 300; round++) {
    const bytes = Buffer.from(whole);
    const place = random(bytes.length);
    bytes[place] = random(256);
    writeFileSync(file, bytes);
    const { results, damage } = await (async () => {
      const journal = await Journal.open(file);
      await journal.close();
      return journal;
    })();
    const line = whole.subarray(0, place).filter((byte) => byte === 10).length;
    for (const [id, read] of results) expect(read).toEqual(all.find((one) => one.id === id));
    if (!bytes.equals(whole)) expect([results.size, damage !== undefined]).toEqual([line, true]);
    rmSync(`${file}.damaged`, { force: true });
  }
});

test('mutated rosters are read or refused, and nobody is dropped', async () => {
  const text = 'Student,ID,SIS Login ID,Section,Lab (7)\n"Lee, Ann",11,a,A,1\n"Roe, Bob",12,b,A,2\n';
  const random = randomFrom(4);
  for (let round = 0; round < 500; round++) {
    const bytes = Buffer.from(text);
    for (let change = 0; change < 1 + random(3); change++) bytes[random(bytes.length)] = random(256);
    writeFileSync(at('roster.csv'), bytes);
    await outcomeOf(() => readRoster(at('roster.csv')));
  }
});

test.each([
  ['a name', (cell: string) => `name,id\n${cell},1\nBob,2\n`],
  ['an id', (cell: string) => `name,id\nAda,${cell}\nBob,2\n`],
  ['a heading', (cell: string) => `name,id,${cell}\nAda,1,2\nBob,2,3\n`],
  [
    'the first column of a worksheet',
    (cell: string) => `Identifier,Full name,Grade\n${cell},Ada,\nParticipant 2,Bob,\n`,
  ],
  [
    'a time',
    (cell: string) => `Identifier,Full name,Grade,Last modified (submission)\nParticipant 2,Bob,,${cell}\n`,
  ],
])('a cell of 300,000 letters is no reason to wait: %s', async (_, roster) => {
  for (const cell of ['x'.repeat(300_000), 'é1'.repeat(150_000), `${'a '.repeat(150_000)}1`]) {
    writeFileSync(at('roster.csv'), roster(cell));
    const read = await outcomeOf(() => readRoster(at('roster.csv')));
    if (read instanceof UserError) throw read;
    expect(read.rows.map(({ name }) => name)).toContain('Bob');
  }
});
