import { byName, student } from './source.ts';

const FOLDER =
  /^(?<user>\d+)-(?<item>\d+) - (?<name>.+?)(?: - (?<date>[A-Z][a-z]{2,8} \d{1,2}, \d{4} \d{3,4} [AP]M))?$/;
const DATE = /^([A-Z][a-z]{2})[a-z]* (\d{1,2}), (\d{4}) (\d{1,2})(\d{2}) ([AP]M)$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Brightspace: `<n>-<n> - <name> - Sep 24, 2024 926 PM/`, a folder an attempt, in the local time of the download. */
export const brightspace = byName(
  'Brightspace',
  ({ name: entry, folder }) => {
    const groups = folder ? FOLDER.exec(entry)?.groups : undefined;
    if (!groups) return undefined;
    const { user = '', name = '', date = '' } = groups;
    const at = localTime(date);
    return {
      key: `${user} ${name}`,
      label: `${name}_${user}`,
      students: [student(name, { brightspace: user })],
      entry,
      attempt: at ?? entry,
      ...(at === undefined ? {} : { at }),
    };
  },
  /^index\.html$/i,
);

function localTime(text: string): string | undefined {
  const match = DATE.exec(text);
  if (!match) return undefined;
  const [, month = '', day, year, hour, minute, half] = match;
  const hours = (Number(hour) % 12) + (half === 'PM' ? 12 : 0);
  const date = new Date(Number(year), MONTHS.indexOf(month), Number(day), hours, Number(minute));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
