import { shareOf } from './share.ts';

const at200 = { at: 1200, live: true };
const figures = (runMs: number, waitMs: number, unsureMs: number, keptMs = waitMs + unsureMs) => ({
  threads: new Map([['1:1', { runMs, waitMs, unsureMs, ...at200 }]]),
  keptMs,
});
const none = {
  threads: new Map([['1:1', { runMs: 0, waitMs: 0, unsureMs: 0, at: 1000, live: true }]]),
  keptMs: 0,
};

test('a share is of the time in which the program was not kept waiting', () => {
  expect(shareOf(none, figures(50, 100, 0), 200)).toEqual({ least: 0.5, most: 0.5 });
  expect(shareOf(none, figures(2, 0, 0), 200)).toEqual({ least: 0.01, most: 0.01 });
});

test('what may have been sleep or waiting makes a spinner seem idle at least, and not at most', () => {
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

test('a grader that comes late with its clock does not make a spinner look idle', () => {
  expect(shareOf(none, figures(40, 160, 0), 600)).toEqual({ least: 1, most: 1 });
});

test('a thread that came or went in between is measured by the whole time', () => {
  const ended = { runMs: 6, waitMs: 0, unsureMs: 0, at: 1010, live: false };
  const main = { runMs: 0, waitMs: 0, unsureMs: 0, ...at200 };
  const after = {
    threads: new Map([
      ['1:1', main],
      ['1:2', ended],
    ]),
    keptMs: 0,
  };
  expect(shareOf(none, after, 200).least).toBeCloseTo(0.03);
});
