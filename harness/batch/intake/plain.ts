import path from 'node:path';
import { isArchiveName, withoutArchiveEnding } from '../archive/kind.ts';
import { besideSubmissions, isDocument, isReadme, isText } from './beside.ts';
import { type Entry, type Source, student } from './source.ts';

/** A folder, an archive or a file a student; the name is the student's. */
export const plain: Source = {
  title: 'plain folders and files',
  strange: ({ name }) => besideSubmissions(name),
  read: async (entries, { isStudent }) => {
    const students = new Set(ofStudents(entries));
    const theirs = entries.filter(
      (entry) =>
        students.has(entry) ||
        (!isReadme(entry.name) &&
          ((students.size > 1 && isDocument(entry.name)) || isStudent(nameOf(entry)))),
    );
    const pieces = theirs.map((entry) => {
      const key = nameOf(entry);
      return {
        key,
        label: key,
        students: [student(key, { login: key, ...(key.includes('@') ? { email: key } : {}) })],
        entry: entry.name,
        ...(entry.folder ? {} : { file: entry.name }),
        attempt: '',
      };
    });
    return { pieces };
  },
};

/** What a student is called whose folder, archive or file this is. */
function nameOf({ name, folder }: Entry): string {
  if (folder) return name;
  return isArchiveName(name) ? withoutArchiveEnding(name) : path.parse(name).name;
}

/** The entries that are students for certain: a readme is none, and no text is where students have folders. */
export function ofStudents(entries: readonly Entry[]): readonly Entry[] {
  const folders = entries.some(({ folder }) => folder);
  return entries.filter(({ name, folder }) => folder || !(isReadme(name) || (folders && isText(name))));
}
