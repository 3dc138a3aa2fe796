import { shareOf } from './share.ts';

const figures = (runMs: number, waitMs: number, unsureMs: number, keptMs = waitMs + unsureMs) => ({
  threads: new Map([['1:1', { runMs, waitMs, unsureMs }]]),
  keptMs,
});
const none = figures(0, 0, 0);

test('a share is of the time in which the program was not kept waiting', () => {
  expect(shareOf(none, figures(50, 100, 0), 200)).toEqual({ least: 0.5, most: 0.5 });
  expect(shareOf(none, figures(2, 0, 0), 200)).toEqual({ least: 0.01, most: 0.01 });
});

test('what may have been sleep or waiting makes a spinner seem calm at least, and not at most', () => {
  const { least, most } = shareOf(none, figures(20, 40, 120), 200);
  expect(least).toBeCloseTo(0.125);
  expect(most).toBeCloseTo(0.5);
});

test('one that was kept waiting nearly all the time counts as wanting to run', () => {
  expect(shareOf(none, figures(2, 190, 0), 200)).toEqual({ least: 0.96, most: 0.96 });
});

test('one that slept while another thread of the program was kept waiting may have waited for that one', () => {
  const { least, most } = shareOf(none, figures(20, 0, 0, 170), 200);
  expect(least).toBeCloseTo(0.1);
  expect(most).toBeCloseTo(20 / 30);
});
