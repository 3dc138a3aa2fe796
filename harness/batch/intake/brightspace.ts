import { defined } from '../../base/defined.ts';
import { byName, student } from './source.ts';
import { writtenTime } from './written-time.ts';

const FOLDER = /^(?<user>\d+)-(?<item>\d+) - (?<rest>.+)$/;
/** What stands at the end and holds a year is a date, whatever its form. */
const DATED = /^(?<name>.+) - (?<date>(?:(?! - ).)*\b(?:19|20)\d{2}\b(?:(?! - ).)*)$/;

/** Brightspace: `<n>-<n> - <name> - Sep 24, 2024 926 PM/`, a folder an attempt, in the local time of the download. */
export const brightspace = byName(
  'Brightspace',
  ({ name: entry, folder }) => {
    const groups = folder ? FOLDER.exec(entry)?.groups : undefined;
    if (!groups) return undefined;
    const { user = '', rest = '' } = groups;
    const { name = rest, date } = DATED.exec(rest)?.groups ?? {};
    const at = date === undefined ? undefined : writtenTime(date);
    return {
      key: `${user} ${name}`,
      label: `${name}_${user}`,
      students: [student(name, { brightspace: user })],
      entry,
      attempt: at,
      ...defined({ at }),
      ...(at === undefined && date !== undefined
        ? { remark: `when it was handed in can't be read from "${date}"` }
        : {}),
    };
  },
  /^index\.html$/i,
);
