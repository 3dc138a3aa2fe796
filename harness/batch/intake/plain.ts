import path from 'node:path';
import { isArchiveName, withoutArchiveEnding } from '../archive/unpack.ts';
import { type Entry, type Source, student } from './source.ts';

const README = /^(?:readme|licen[cs]e|copying)(?:\.\w+)?$/i;
const DOCUMENT = /\.(?:txt|md|rst|log|pdf|html?|docx?|odt|rtf|csv|tsv|xlsx?|ods)$/i;

/** Why a text is no submission. */
export const BESIDE = 'it is a text that stands beside the submissions';

/** A folder, an archive or a file a student; the name is the student's. */
export const plain: Source = {
  title: 'plain folders and files',
  strange: BESIDE,
  read: async (entries) =>
    ofStudents(entries).map(({ name: entry, folder }) => {
      const base = isArchiveName(entry) ? withoutArchiveEnding(entry) : path.parse(entry).name;
      const key = folder ? entry : base;
      return {
        key,
        label: key,
        students: [student(key, { login: key })],
        entry,
        ...(folder ? {} : { file: entry }),
        attempt: '',
      };
    }),
};

/** The entries that may be students: a readme is none, and no text is where students have folders. */
export function ofStudents(entries: readonly Entry[]): readonly Entry[] {
  const folders = entries.some(({ folder }) => folder);
  return entries.filter(
    ({ name, folder }) => folder || !(README.test(name) || (folders && DOCUMENT.test(name))),
  );
}
