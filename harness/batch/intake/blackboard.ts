import { type Piece, type Source, student } from './source.ts';

const FILE = /^(?<item>.+)_(?<user>[^_]+)_attempt_(?<time>\d{4}(?:-\d{2}){5})(?:_(?<file>.+)|\.txt)$/;

/** Blackboard: `<assignment>_<user>_attempt_<time>_<file>`, and for each attempt a `.txt` that says who it was. */
export const blackboard: Source = {
  title: 'Blackboard',
  async read(entries, readFile) {
    const pieces: Piece[] = [];
    const about = new Map<string, Awaited<ReturnType<typeof readAbout>>>();
    const known = entries.filter(({ name, folder }) => !folder && FILE.test(name));
    for (const { name } of known)
      if (FILE.exec(name)?.groups?.file === undefined)
        about.set(name.replace(/\.txt$/, ''), await readAbout(() => readFile(name)));
    for (const { name: entry } of known) {
      const { item = '', user = '', time = '', file } = FILE.exec(entry)?.groups ?? {};
      const notes = about.get(`${item}_${user}_attempt_${time}`);
      const at = localTime(time);
      pieces.push({
        key: user,
        label: user,
        students: [student(notes?.name, { login: user })],
        entry,
        // The note is nobody's program; without any file it is all that there is.
        file: file === undefined ? '' : (notes?.originals.get(entry) ?? file),
        attempt: time,
        ...(at === undefined ? {} : { at }),
      });
    }
    return pieces;
  },
};

async function readAbout(
  read: () => Promise<string>,
): Promise<{ name?: string; originals: Map<string, string> }> {
  const text = await read().catch(() => '');
  const name = /^Name:\s*(.+?)(?:\s*\([^()]*\))?\s*$/m.exec(text)?.[1];
  const files = text.matchAll(/Original filename:\s*(.+?)\s*\n\s*Filename:\s*(.+?)\s*$/gm);
  const originals = new Map([...files].map(([, original = '', file = '']) => [file, original]));
  return { ...(name === undefined ? {} : { name }), originals };
}

function localTime(text: string): string | undefined {
  const [year = 0, month = 1, day, hour, minute, second] = text.split('-').map(Number);
  const date = new Date(year, month - 1, day, hour, minute, second);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
