import { byName, student } from './source.ts';

/** The address ends where the first number between `_` begins, since what follows is the file that was handed in. */
const FILE = /^(?<email>[^@\s]+@[^@\s]+?)_(?<version>\d+)_(?<file>.+)$/;

/** Autolab: `<email>_<version>_<handin>`; the highest version counts. */
export const autolab = byName('Autolab', ({ name: entry, folder }) => {
  const groups = FILE.exec(entry)?.groups;
  if (!groups) return undefined;
  const { email = '', version = '', file = '' } = groups;
  return {
    key: email.toLowerCase(),
    label: email,
    students: [student(undefined, { email })],
    entry,
    ...(folder ? {} : { file }),
    attempt: version.padStart(12, '0'),
  };
});
