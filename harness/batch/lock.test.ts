import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { LOCK, lock } from './lock.ts';

let folder: string;
const file = () => path.join(folder, LOCK);
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Makes the lock look as if it was that of a process on another machine. */
function moveElsewhere(): string {
  const text = readFileSync(file(), 'utf8').replace(/"machine":"[^"]*"/, '"machine":"elsewhere"');
  const named = text.replace(/"host":"[^"]*"/, '"host":"node7"');
  writeFileSync(file(), named);
  return named;
}

test('one at a time, and nothing stays behind', async () => {
  const held = await lock(folder);
  await expect(lock(folder)).rejects.toThrow(/another batch \(process \d+\) writes to this folder/);
  await held.check();
  await held.release();
  expect(readdirSync(folder)).toEqual([]);
  const again = await lock(folder);
  await again.release();
});

test('of many that come at once one gets it', async () => {
  const all = await Promise.allSettled(Array.from({ length: 20 }, () => lock(folder)));
  const got = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  expect(got).toHaveLength(1);
  await got[0]?.release();
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ['of this version', (pid: number, text: string) => text.replace(/"pid":\d+/, `"pid":${pid}`)],
  ['of an older version', (pid: number) => `${pid} 12345\n`],
])('a lock %s by a process that is gone does not count', async (_, written) => {
  const child = spawn('true');
  await once(child, 'exit');
  const held = await lock(folder);
  const text = readFileSync(file(), 'utf8');
  await held.release();
  writeFileSync(file(), written(child.pid ?? 0, text));
  await (await lock(folder)).release();
  expect(readdirSync(folder)).toEqual([]);
});

test('a lock of another machine counts as long as it is written anew', async () => {
  const held = await lock(folder, { beat: 60_000 });
  const text = moveElsewhere();
  let count = 0;
  const timer = setInterval(
    () =>
      writeFileSync(file(), text.replace(/"count":"\d+"/, `"count":"${String(++count).padStart(12, '0')}"`)),
    200,
  );
  const waiting: string[] = [];
  const other = lock(folder, { waiting: (host) => waiting.push(host) });
  await expect(other).rejects.toThrow(/another batch \(process \d+ on node7\) writes to this folder/);
  clearInterval(timer);
  expect(waiting).toEqual(['node7']);
  await held.release();
});

test('where that stops it is taken over, and whoever had it notices', async () => {
  const first = await lock(folder, { beat: 60_000 });
  moveElsewhere();
  const second = await lock(folder, { patience: 1_000 });
  await second.check();
  await expect(first.check()).rejects.toThrow(/has taken this folder over/);
  await first.release();
  await second.check();
  await expect(lock(folder)).rejects.toThrow(/writes to this folder/);
  await second.release();
  expect(readdirSync(folder)).toEqual([]);
});

test('a holder shows that it lives', async () => {
  const held = await lock(folder, { beat: 20 });
  const before = readFileSync(file(), 'utf8');
  const deadline = Date.now() + 10_000;
  while (readFileSync(file(), 'utf8') === before && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 20));
  const after = readFileSync(file(), 'utf8');
  expect(after).not.toBe(before);
  expect(after).toHaveLength(before.length);
  await held.release();
});
