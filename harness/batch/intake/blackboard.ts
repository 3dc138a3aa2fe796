import { defined } from '../../base/defined.ts';
import { wallTime } from '../zones.ts';
import { commonStart } from './common-start.ts';
import { type Piece, type Source, student } from './source.ts';
import { writtenTime } from './written-time.ts';
import { offsetOfZone } from './zone-names.ts';

/** The first attempt mark counts, since what follows is the student's. */
const FILE = /^(?<owner>.+?)_attempt_(?<time>\d{4}(?:-\d{2}){5})(?:_(?<file>.+)|\.txt)$/;

/** Blackboard: `<assignment>_<user>_attempt_<time>_<file>`, and for each attempt a `.txt` that says who it was. */
export const blackboard: Source = {
  title: 'Blackboard',
  async read(entries, { readFile }) {
    const known = entries.flatMap(({ name: entry, folder }) => {
      const { owner, time = '', file } = (folder ? undefined : FILE.exec(entry)?.groups) ?? {};
      return owner === undefined ? [] : [{ entry, owner, time, file }];
    });
    const notes = new Map<string, Note>();
    for (const { entry, owner, time, file } of known)
      if (file === undefined) notes.set(`${owner} ${time}`, await readNote(() => readFile(entry)));
    const logins = loginsOf(
      known.map(({ owner, time }) => ({ owner, login: notes.get(`${owner} ${time}`)?.login })),
    );
    const pieces = known.map(({ entry, owner, time, file }): Piece => {
      const note = notes.get(`${owner} ${time}`);
      const login = logins.get(owner);
      const at = note?.at ?? fileTime(time);
      return {
        key: owner,
        label: login ?? owner,
        students: [student(note?.name, login === undefined ? {} : { login })],
        entry,
        // The note is no program; without any file it is all that there is.
        file: file === undefined ? '' : (note?.originals.get(entry) ?? file),
        attempt: time,
        ...defined({ at }),
      };
    });
    return { pieces };
  },
};

/**
 * The logins by `<assignment>_<user>`, where both may hold `_`: what a note says, else what follows the name of the
 * assignment, which a note shows, or all names begin with. There is none where it cannot be known.
 */
function loginsOf(
  given: readonly { readonly owner: string; readonly login: string | undefined }[],
): ReadonlyMap<string, string> {
  const logins = new Map<string, string>();
  for (const { owner, login } of given) if (login !== undefined) logins.set(owner, login);
  const owners = [...new Set(given.map(({ owner }) => owner))];
  const items = [...logins]
    .filter(([owner, login]) => owner.endsWith(`_${login}`))
    .map(([owner, login]) => owner.slice(0, -login.length));
  if (owners.length > 1) items.push(commonStart(owners).replace(/[^_]*$/, ''));
  for (const owner of owners) {
    const shown = items.find((item) => item !== '' && owner.startsWith(item));
    const login = shown === undefined ? /^[^_]+_([^_]+)$/.exec(owner)?.[1] : owner.slice(shown.length);
    if (login && !logins.has(owner)) logins.set(owner, login);
  }
  return logins;
}

interface Note {
  readonly name?: string;
  readonly login?: string;
  /** When it was handed in; only a note states a zone. */
  readonly at?: string;
  /** The names that the student gave, by entry. */
  readonly originals: ReadonlyMap<string, string>;
}

async function readNote(read: () => Promise<string>): Promise<Note> {
  const text = await read().catch(() => '');
  const [, name, login] = /^Name:[ \t]*(.+?)(?:[ \t]*\(([^()\n]*)\))?[ \t]*\r?$/m.exec(text) ?? [];
  const files = text.matchAll(/Original filename:\s*(.+?)\s*\n\s*Filename:\s*(.+?)\s*$/gm);
  const originals = new Map([...files].map(([, original = '', file = '']) => [file, original]));
  const at = statedTime(text);
  return {
    ...defined({ at }),
    ...(name ? { name } : {}),
    ...(login?.trim() ? { login: login.trim() } : {}),
    originals,
  };
}

/** "Friday, November 20, 2026 9:26:12 PM EST", in ISO 8601; undefined where it states no zone that is known. */
function statedTime(text: string): string | undefined {
  const [, date = '', zone = ''] = SUBMITTED.exec(text) ?? [];
  const offset = offsetOfZone(zone);
  // Seconds are left out, in the student's favour.
  const at = writtenTime(date.replace(/^[^\d\s]+, /, '').replace(/(\d:\d{2}):\d{2}/, '$1'));
  return at === undefined || offset === undefined ? undefined : `${at}${offset}`;
}

const SUBMITTED =
  /^Date Submitted:[ \t]*(.{8,60}?\d:\d{2}(?::\d{2})?(?:[ \t]?[AP]M)?)[ \t]*(\S{1,40})[ \t]*\r?$/im;

function fileTime(text: string): string | undefined {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = text.split('-').map(Number);
  return wallTime(year, month, day, [hour, minute, second]);
}
