import { wallTime } from '../zones.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH = `(?<month>${MONTHS.join('|')})[a-z]*\\.?`;
/** Brightspace writes dates as the course's language and country do, without what file names can't hold. */
const DATES = [
  `${MONTH} (?<day>\\d{1,2}),? (?<year>\\d{4})`,
  `(?<day>\\d{1,2})\\.? ${MONTH},? (?<year>\\d{4})`,
  '(?<year>\\d{4})-(?<number>\\d{1,2})-(?<day>\\d{1,2})',
];
const TIME = '(?<hour>\\d{1,2})[:.h_ -]?(?<minute>\\d{2})(?: ?(?<half>[ap])\\.?m\\.?)?';
const FORMS = DATES.map((date) => new RegExp(`^${date},? (?:at )?${TIME}$`, 'i'));

/** A time as systems write it out, in ISO 8601 without a zone; undefined when its form is not known. */
export function writtenTime(text: string): string | undefined {
  const words = text.replace(/\s+/g, ' ').trim();
  const groups = FORMS.map((form) => form.exec(words)?.groups).find((found) => found !== undefined);
  if (!groups) return undefined;
  const { year, month, number, day, hour, minute, half } = groups;
  const at = month === undefined ? Number(number) : MONTHS.indexOf(month.toLowerCase()) + 1;
  const hours =
    half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  return wallTime(Number(year), at, Number(day), [hours, Number(minute)]);
}
