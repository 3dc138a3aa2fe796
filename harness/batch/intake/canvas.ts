import { defined } from '../../base/defined.ts';
import { byName, student } from './source.ts';

/** `LATE` stands before the user's id, and where names are kept back before the word for them; both forms were used. */
const ANONYMOUS = /^(?<first>LATE_)?anon(?<late>_LATE)?_(?<user>.+?)_(?<attachment>\d+)_(?<file>.+)$/;
const FILE = /^(?<name>.+?)(?<late>_LATE)?_(?<user>\d+)_(?<attachment>\d+)_(?<file>.+)$/;
/** What was typed into the browser has no attachment. */
const ANONYMOUS_TYPED = /^(?<first>LATE_)?anon(?<late>_LATE)?_(?<user>.+?)_(?<file>(?:text|link)\.html)$/;
const TYPED = /^(?<name>.+?)(?<late>_LATE)?_(?<user>\d+)_(?<file>(?:text|link)\.html)$/;
const FORMS = [ANONYMOUS, ANONYMOUS_TYPED, FILE, TYPED];

/** Canvas: `<name>[_LATE]_<user id>_<attachment id>_<file>`, and `[LATE_]anon_<anonymous id>_…`. */
export const canvas = byName('Canvas', ({ name: entry, folder }) => {
  if (folder) return undefined;
  const groups = FORMS.map((form) => form.exec(entry)?.groups).find((found) => found !== undefined);
  if (!groups) return undefined;
  const { name, first = '', late = '', user = '', attachment, file = '' } = groups;
  const label = name ?? 'anon';
  return {
    // Anonymous ids may look like those of users.
    key: name === undefined ? `anon ${user}` : user,
    label: `${label}_${user}`,
    students: [student(name, name === undefined ? {} : { canvas: user })],
    entry,
    file,
    attempt: '',
    order: Number(attachment ?? 0),
    late: first !== '' || late !== '',
    ...defined({
      feedback: attachment === undefined ? undefined : `${first}${label}${late}_${user}_${attachment}_`,
    }),
  };
});
