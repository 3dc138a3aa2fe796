import { byName, student } from './source.ts';

const FILE = /^(?<name>.+?)(?<late>_LATE)?_(?<user>\d+)_(?<attachment>\d+)_(?<file>.+)$/;
const ANONYMOUS = /^anon(?<late>_LATE)?_(?<user>[A-Za-z0-9]+)_(?<attachment>\d+)_(?<file>.+)$/;
/** What was typed into the browser has no attachment. */
const TYPED = /^(?<name>.+?)(?<late>_LATE)?_(?<user>\d+)_(?<file>(?:text|link)\.html)$/;

/** Canvas: `<name>[_LATE]_<user id>_<attachment id>_<file>`. */
export const canvas = byName('Canvas', ({ name: entry, folder }) => {
  if (folder) return undefined;
  const groups = (ANONYMOUS.exec(entry) ?? FILE.exec(entry) ?? TYPED.exec(entry))?.groups;
  if (!groups) return undefined;
  const { name, late = '', user = '', attachment, file = '' } = groups;
  const label = name ?? 'anon';
  return {
    key: user,
    label: `${label}_${user}`,
    students: [student(name, name === undefined ? {} : { canvas: user })],
    entry,
    file,
    attempt: '',
    order: Number(attachment ?? 0),
    late: late !== '',
    ...(attachment === undefined ? {} : { feedback: `${label}${late}_${user}_${attachment}_` }),
  };
});
