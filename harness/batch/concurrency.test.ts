import os from 'node:os';
import { Concurrency, type MachineTime, machineTime } from './concurrency.ts';

/** A machine of which, in each period of a second, the given share is idle and somebody waits for the given share. */
function machine(periods: readonly (readonly [idle: number, pressure: number | null])[]) {
  const seen: MachineTime[] = [{ totalMs: 0, idleMs: 0, pressureMs: 0, atMs: 0 }];
  for (const [idle, pressure] of periods) {
    const { totalMs, idleMs, pressureMs, atMs } = seen.at(-1) as MachineTime;
    seen.push({
      totalMs: totalMs + 2000,
      idleMs: idleMs + 2000 * idle,
      pressureMs: pressure === null || pressureMs === null ? null : pressureMs + 1000 * pressure,
      atMs: atMs + 1000,
    });
  }
  return () => seen.shift() as MachineTime;
}

const cores = os.availableParallelism();
const after = (
  periods: readonly (readonly [number, number | null])[],
  wanted = true,
  most = cores + 3,
  least = 1,
) => {
  const concurrency = new Concurrency({ least, most, read: machine(periods) });
  return periods.map(() => concurrency.adjust(wanted)).at(-1);
};

test('it begins with the cores, and one more runs for each reading of an idle machine, up to the bound', () => {
  expect(new Concurrency({ most: 100 }).now).toBe(cores);
  expect(after([[0.5, 0]])).toBe(cores + 1);
  expect(after(Array(9).fill([0.3, 0.2]))).toBe(cores + 3);
  expect(after([[0.5, 0]], true, 1)).toBe(1);
});

test('a full machine keeps its number, and one where everybody waits begins less', () => {
  expect(after([[0.05, 0.6]])).toBe(cores);
  expect(after([[0.01, 0.5]])).toBe(cores);
  expect(
    after([
      [0.5, 0],
      [0, 0.99],
      [0, 0.99],
    ]),
  ).toBe(Math.max(1, cores - 1));
  expect(after(Array(99).fill([0, 1]), true, 9, 1)).toBe(1);
});

test('what nobody waits for is not begun, and a system without that figure never begins less', () => {
  expect(after([[0.9, 0]], false)).toBe(cores);
  expect(after(Array(9).fill([0, null]))).toBe(cores);
});

test('the figures of this machine grow', async () => {
  const first = machineTime();
  while (machineTime().totalMs === first.totalMs) await new Promise((resolve) => setImmediate(resolve));
  const then = machineTime();
  expect(then.idleMs).toBeGreaterThanOrEqual(first.idleMs);
  expect(then.atMs).toBeGreaterThan(first.atMs);
  if (process.platform === 'linux') expect(then.totalMs).toBeGreaterThan(first.totalMs);
});
