import { FairDeadline } from './waiting.ts';

/** Waits until a deadline is over for a program that waits for a core for a part of the time, and runs for another. */
async function kept(within: number, part: number, runs = 0) {
  const began = performance.now();
  const deadline = await FairDeadline.begin(within, async () => {
    const time = performance.now() - began;
    return { waitedMs: time * part, ranMs: time * runs };
  });
  while (!(await deadline.over())) await new Promise((resolve) => setTimeout(resolve, 1));
  return { deadline, took: performance.now() - began };
}

test('a deadline counts the time in which the program could run', async () => {
  const { deadline, took } = await kept(300, 0.5);
  expect(took).toBeGreaterThanOrEqual(590);
  expect(deadline.granted).toBeGreaterThanOrEqual(290);
  expect(deadline.starved).toBe(false);
});

test('a program that could hardly run in all the time that can be granted is starved, not late', async () => {
  const { deadline, took } = await kept(300, 1);
  expect(deadline.granted).toBe(5_000);
  expect(took).toBeGreaterThanOrEqual(5_300);
  expect(deadline.starved).toBe(true);
});

test('a program that wants a core all the time and got enough of one is late, not starved', async () => {
  const { deadline, took } = await kept(300, 0.98, 0.02);
  expect(deadline.granted).toBe(5_000);
  expect(took).toBeGreaterThanOrEqual(5_300);
  expect(deadline.starved).toBe(false);
});

test('a program that could run is late, not starved', async () => {
  const { deadline } = await kept(50, 0);
  expect(deadline).toMatchObject({ granted: 0, starved: false });
});
