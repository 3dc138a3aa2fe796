import { tzOffset } from '@date-fns/tz';

const DAY = 86_400_000;
const MINUTE = 60_000;
/** `Z`, `+01:00`, `-0500` at the end of a time. */
const OFFSET = /(?:Z|[+-]\d{2}:?\d{2})$/;

/**
 * A time as the clock on a wall shows it, in ISO 8601 and without a zone; undefined for a day or an hour that there is
 * not. `month` counts from 1.
 */
export function wallTime(
  year: number,
  month: number,
  day: number,
  [hour, minute, second = 0]: readonly [hour: number, minute: number, second?: number],
): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const isReal =
    date.getUTCDate() === day &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  return isReal ? date.toISOString().slice(0, 19) : undefined;
}

/** The zone that stands at the end of a time in ISO 8601. */
export function zoneOf(time: string): string | undefined {
  return OFFSET.exec(time)?.[0];
}

/** A zone in words: `UTC+01:00`, `Europe/Berlin`. */
export function zoneName(zone: string): string {
  if (zone === 'Z') return 'UTC';
  return OFFSET.test(zone) ? `UTC${withColon(zone)}` : zone;
}

/**
 * Milliseconds since 1970 of a time in ISO 8601. One that has no zone of its own is one of `zone`, and without any is
 * compared with others of its kind only. Where clocks are set back a time comes twice, and the earlier one is meant.
 */
export function instantOf(time: string, zone?: string): number {
  const own = zoneOf(time);
  const wall = time
    .slice(0, time.length - (own?.length ?? 0))
    .trim()
    .replace(' ', 'T');
  const place = own ?? zone ?? 'Z';
  if (OFFSET.test(place)) return Date.parse(`${wall}${withColon(place)}`);
  const shown = Date.parse(`${wall}Z`);
  const around = [shown - DAY, shown + DAY].map((at) => shown - offsetAt(place, at));
  const real = around.filter((at) => at + offsetAt(place, at) === shown);
  return Math.min(...(real.length > 0 ? real : around));
}

function offsetAt(zone: string, at: number): number {
  return tzOffset(zone, new Date(at)) * MINUTE;
}

function withColon(offset: string): string {
  return offset.replace(/^([+-]\d{2}):?(\d{2})$/, '$1:$2');
}
