import { between, type Reading } from './usage.ts';

const start: Reading = { at: 0, runMs: 50, waitMs: 20, slices: 9, state: 'R', voluntary: 3, lostMs: 0 };

describe('between', () => {
  test('a spinner that is kept waiting has waited, though the kernel has not counted it yet', () => {
    expect(between(start, { ...start, at: 100 })).toEqual({ runMs: 0, waitMs: 100, unsureMs: 0 });
    expect(between(start, { ...start, at: 100, runMs: 60 })).toEqual({ runMs: 10, waitMs: 90, unsureMs: 0 });
  });

  test('one that slept in between has waited what the kernel says; while it waits again the rest is not known', () => {
    const now: Reading = { ...start, at: 100, runMs: 51, waitMs: 26, voluntary: 4, slices: 10 };
    expect(between(start, now)).toEqual({ runMs: 1, waitMs: 6, unsureMs: 93 });
    expect(between({ ...start, state: 'S' }, { ...start, at: 100, state: 'S' })).toEqual({
      runMs: 0,
      waitMs: 0,
      unsureMs: 0,
    });
  });

  test('a long wait that is counted when it is over does not reach back before the first reading', () => {
    const now: Reading = { ...start, at: 30, runMs: 52, waitMs: 520, state: 'S', voluntary: 4 };
    expect(between(start, now)).toEqual({ runMs: 2, waitMs: 28, unsureMs: 0 });
  });

  test('what the kernel counts while the whole machine stands still proves nothing', () => {
    const frozen = { ...start, at: 1_030, lostMs: 1_000 };
    expect(between(start, { ...frozen, runMs: 1_070, voluntary: 4 })).toEqual({
      runMs: 20,
      waitMs: 0,
      unsureMs: 1_010,
    });
    expect(between(start, { ...frozen, runMs: 1_070, state: 'S', voluntary: 4 })).toEqual({
      runMs: 20,
      waitMs: 0,
      unsureMs: 1_000,
    });
    const asleep = { ...start, state: 'S' };
    expect(between(asleep, { ...frozen, runMs: 50, state: 'S' })).toEqual({
      runMs: 0,
      waitMs: 0,
      unsureMs: 1_000,
    });
  });
});
