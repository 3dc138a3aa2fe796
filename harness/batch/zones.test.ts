import { defined } from '../base/defined.ts';
import { latenessOf, zonesUsed } from './late.ts';
import { instantOf, wallTime } from './zones.ts';

const policy = (due: string, zone?: string) => ({
  due,
  percentPerDay: 10,
  grace: 0,
  ...defined({ zone }),
});

/** What is taken off, in percent, on whatever machine; nothing where it was in time, and `open` where nobody can know. */
const percent = (at: string, due: string, zone?: string) => {
  const { late, open } = latenessOf({ at, late: false }, policy(due, zone));
  return open === undefined ? (late?.percent ?? 0) : 'open';
};

test.each<
  readonly [why: string, at: string, due: string, zone: string | undefined, expected: number | 'open']
>([
  ['the zone of the source', '2026-11-20T21:26:00-05:00', '2026-11-21T03:30:00+01:00', undefined, 0],
  ['the zone of the source', '2026-11-20T21:26:00-05:00', '2026-11-21T03:20:00+01:00', undefined, 10],
  ['the zone of the due date', '2026-11-20T23:58:00', '2026-11-20T23:59:00+01:00', undefined, 0],
  ['the zone of the due date', '2026-11-21T00:01:00', '2026-11-20T23:59:00+01:00', undefined, 10],
  [
    'that of the due date before that of the policy',
    '2026-11-20T23:58:00',
    '2026-11-20T23:59:00+01:00',
    'Asia/Tokyo',
    0,
  ],
  ['the zone of the policy, for both', '2026-11-21T00:01:00', '2026-11-20T23:59', 'Europe/Berlin', 10],
  [
    'the zone of the policy, for the due date',
    '2026-11-20T22:58:00Z',
    '2026-11-20T23:59',
    'Europe/Berlin',
    0,
  ],
  [
    'the zone of the policy, for the due date',
    '2026-11-20T23:01:00Z',
    '2026-11-20T23:59',
    'Europe/Berlin',
    10,
  ],
  ['neither states one', '2026-11-20T23:58:00', '2026-11-20T23:59', undefined, 0],
  ['neither states one', '2026-11-21T00:01:00', '2026-11-20T23:59', undefined, 10],
  [
    'the zone of the source, for the due date',
    '2026-11-21T00:01:00-05:00',
    '2026-11-20T23:59',
    undefined,
    10,
  ],
  ['nobody says where it was due', '2026-11-21T00:01:00Z', '2026-11-20T23:59', undefined, 'open'],
])('late by %s: %s, due %s', (_, at, due, zone, expected) => {
  expect(percent(at, due, zone)).toBe(expected);
});

test('the zone of the machine changes nothing', () => {
  const before = process.env.TZ;
  const all = () => [
    percent('2026-11-20T23:58:00', '2026-11-20T23:59:00+01:00'),
    percent('2026-11-21T00:01:00', '2026-11-20T23:59'),
    wallTime(2026, 3, 29, [2, 30]),
    instantOf('2026-10-25T02:30', 'Europe/Berlin'),
  ];
  const seen = ['America/Los_Angeles', 'Asia/Tokyo', 'Europe/Berlin'].map((zone) => {
    process.env.TZ = zone;
    return all();
  });
  if (before === undefined) delete process.env.TZ;
  else process.env.TZ = before;
  expect(seen).toEqual([all(), all(), all()]);
});

test("summer time: an hour that comes twice is the first one, and one that there is not is in the student's favour", () => {
  const at = (time: string) => new Date(instantOf(time, 'Europe/Berlin')).toISOString();
  expect(at('2026-10-25T02:30')).toBe('2026-10-25T00:30:00.000Z');
  expect(at('2026-03-29T02:30')).toBe('2026-03-29T00:30:00.000Z');
  expect(at('2026-07-01T12:00')).toBe('2026-07-01T10:00:00.000Z');
});

test('an extension is a later date or a span, and says so where it was not enough', () => {
  const own = (extension: object) =>
    latenessOf({ at: '2026-11-21T12:00:00Z', late: true }, policy('2026-11-20T12:00:00Z'), extension).late;
  expect(own({})?.percent).toBe(10);
  expect(own({ due: '2026-11-21T12:00:00Z' })).toBeUndefined();
  expect(own({ by: 86_400_000 })).toBeUndefined();
  expect(own({ by: 3_600_000 })?.summary).toMatch(/^Handed in 23 h after it was due with the extension: 10%/);
});

test('without a deduction who came late is marked all the same', () => {
  const { late } = latenessOf(
    { at: '2026-11-21T12:00:00Z', late: false },
    { due: '2026-11-20T12:00:00Z', percentPerDay: 0, grace: 0 },
  );
  expect(late).toEqual({ percent: 0, summary: 'Handed in 1 d after it was due.' });
});

test('it is said which zone was taken, and who states it', () => {
  const used = (at: string, due: string, zone?: string) => zonesUsed([{ at }], policy(due, zone));
  expect(used('2026-11-20T12:00:00-05:00', '2026-11-20T12:00:00Z')).toBe(
    'taken to be of UTC-05:00, as the download states',
  );
  expect(used('2026-11-20T12:00:00', '2026-11-20T12:00:00+0100')).toMatch(
    /^taken to be of UTC\+01:00, the zone of the due date/,
  );
  expect(used('2026-11-20T12:00:00', '2026-11-20T12:00:00', 'Asia/Tokyo')).toMatch(
    /Asia\/Tokyo, the zone of the policy/,
  );
  expect(used('2026-11-20T12:00:00', '2026-11-20T12:00:00')).toMatch(/neither states one/);
  expect(zonesUsed([{}], policy('2026-11-20T12:00:00'))).toBeUndefined();
});
