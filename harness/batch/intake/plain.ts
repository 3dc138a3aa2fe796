import path from 'node:path';
import { isArchiveName, withoutArchiveEnding } from '../archive/unpack.ts';
import { byName, student } from './source.ts';

/** A folder, an archive or a file a student; the name is the student's. */
export const plain = byName('plain folders and files', ({ name: entry, folder }) => {
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
});
