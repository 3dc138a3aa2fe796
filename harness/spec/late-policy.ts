import * as v from 'valibot';
import { defined } from '../base/defined.ts';
import type { LatePolicy } from '../model/index.ts';

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A time that people wait: `15m`, `2h`, `3d`, in milliseconds. */
const span = v.pipe(
  v.string('is a time such as 15m, 2h or 3d'),
  v.regex(/^\d+(\.\d+)?\s*[mhd]$/, 'is a time such as 15m, 2h or 3d'),
  v.transform((text) => Number.parseFloat(text) * UNITS[text.slice(-1) as keyof typeof UNITS]),
);

const moment = v.pipe(
  v.string('is a date and time such as "2026-11-20T23:59:00+01:00"'),
  v.regex(
    // A day alone would leave open whether it ends or begins then.
    /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/,
    'is a date and time such as "2026-11-20T23:59:00+01:00"',
  ),
  v.check((text) => !Number.isNaN(Date.parse(text)) && isDay(text), 'is not a date that exists'),
);

/** `Date` takes the 30th of February for the second of March. */
function isDay(text: string): boolean {
  const day = text.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

/** Whether a text is a date and time in ISO 8601, the only form that means the same everywhere. */
export function isMoment(text: string): boolean {
  return v.is(moment, text);
}

/** Whether a text names a zone: an offset from UTC, or a place of the tz database. */
function isZone(text: string): boolean {
  if (/^(?:Z|[+-]\d{2}:?\d{2})$/.test(text)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return /^[A-Za-z]/.test(text);
  } catch {
    return false;
  }
}

const zone = v.pipe(
  v.string('is a zone such as Europe/Berlin or "+01:00"'),
  v.check(isZone, 'is a zone such as Europe/Berlin or "+01:00"'),
);

const percent = v.pipe(
  v.number('is a number from 0 to 100'),
  v.minValue(0, 'is a number from 0 to 100'),
  v.maxValue(100, 'is a number from 0 to 100'),
);

/** What is taken off for being late, as it is written in a specification or in a file of its own. */
export const latePolicySchema = v.pipe(
  v.strictObject(
    {
      due: v.exactOptional(moment),
      zone: v.exactOptional(zone),
      percent_per_day: percent,
      grace: v.exactOptional(span, '0m'),
      cut_off: v.exactOptional(span),
    },
    'is a map such as {percent_per_day: 10, grace: 15m, cut_off: 3d}',
  ),
  v.transform(
    ({ due, zone: own, percent_per_day: percentPerDay, grace, cut_off: cutOff }): LatePolicy => ({
      percentPerDay,
      grace,
      ...defined({ due, zone: own, cutOff }),
    }),
  ),
);
