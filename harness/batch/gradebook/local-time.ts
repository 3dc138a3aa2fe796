import { instantOf, wallTime } from '../zones.ts';

const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt'];
/** "Friday, 20 November 2026, 9:26 PM", "Freitag, 20. November 2026, 21:26". */
const WRITTEN =
  /(?<day>\d{1,2})\P{N}*?\s(?<month>\p{L}{3,})\P{N}*(?<year>\d{4})\P{N}+(?<hour>\d{1,2})[:.h](?<minute>\d{2})(?:\s*(?<half>[AP])\.?M)?/iu;

/** A time as Moodle writes it, in ISO 8601 and without a zone, since it states none; undefined where there is no time. */
export function localTime(text: string): string | undefined {
  const { day, month = '', year, hour, minute, half } = WRITTEN.exec(text)?.groups ?? {};
  const number = monthNumber(month.toLowerCase());
  if (number === undefined) return isoTime(text);
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0);
  return wallTime(Number(year), number + 1, Number(day), [hours, Number(minute)]);
}

function isoTime(text: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(text)) return undefined;
  return Number.isNaN(instantOf(text)) ? undefined : text.replace(' ', 'T');
}

/** By the beginning of its name, counted from 0. */
function monthNumber(start: string): number | undefined {
  if (start === '') return undefined;
  for (const language of LANGUAGES) {
    const { format } = new Intl.DateTimeFormat(language, { month: 'long', timeZone: 'UTC' });
    const names = Array.from({ length: 12 }, (_, month) => format(Date.UTC(2026, month)).toLowerCase());
    const found = names.findIndex((name) => name.startsWith(start));
    if (found !== -1) return found;
  }
  return undefined;
}
