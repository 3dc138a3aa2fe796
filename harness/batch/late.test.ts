import { lateDeduction, lateLine } from '../report/late.ts';
import { latenessOf } from './late.ts';

const policy = { due: '2026-11-20T23:59:00Z', percentPerDay: 10, grace: 15 * 60_000, cutOff: 3 * 86_400_000 };
const at = (time: string, late = false) => latenessOf({ at: time, late }, policy);

test.each([
  ['2026-11-20T23:59:00Z', undefined],
  ['2026-11-21T00:14:00Z', undefined],
  ['2026-11-21T00:14:01Z', 10],
  ['2026-11-21T23:59:00Z', 10],
  ['2026-11-22T00:00:00Z', 20],
  ['2026-11-23T23:59:00Z', 30],
  ['2026-11-24T00:00:00Z', 100],
])('handed in at %s', (time, percent) => {
  expect(at(time).late?.percent).toBe(percent);
});

test('the report says how late it was and by which rule', () => {
  expect(at('2026-11-22T02:00:00Z').late?.summary).toBe(
    'Handed in 1 d 2 h 1 min after it was due: 10% of the points possible for each day begun.',
  );
});

test('where it is not known how late it was, nothing is taken off, and it is listed for manual review', () => {
  expect(latenessOf({ late: true }, policy)).toEqual({
    open: expect.stringContaining('marked as late, but the time of submission is not known'),
  });
  expect(
    latenessOf({ late: true, at: '2026-01-01T00:00:00Z' }, { percentPerDay: 5, grace: 0 }).open,
  ).toContain('the due date is not known');
  expect(latenessOf({ late: false }, policy).open).toMatch(/^the time of submission is not known/);
  expect(
    latenessOf({ late: false, at: '2026-01-01T00:00:00Z' }, { percentPerDay: 5, grace: 0 }).open,
  ).toMatch(/^the due date is not known/);
  expect(latenessOf({ late: true }, undefined)).toEqual({});
});

test('no more is taken off than there is', () => {
  const late = { percent: 20, summary: '' };
  const off = (points: number) => lateDeduction({ points, maxPoints: 10, late });
  expect([off(10), off(1), off(0)]).toEqual([2, 1, 0]);
  expect(lateDeduction({ points: 7, maxPoints: 10 })).toBe(0);
});

test('a line about a part of the points says so; one about all of them agrees with the grade', () => {
  const late = { percent: 20, summary: 'Why.' };
  expect(lateLine({ points: 3, maxPoints: 3, late })).toBe('Late: −0.6 (20% of 3), which leaves 2.4. Why.');
  expect(lateLine({ points: 2, maxPoints: 2, late: { ...late, partial: true } })).toMatch(
    /of the 2 shown here that is −0\.4, which leaves 1\.6\. The gradebook may count more/,
  );
});
