import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import path from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.zip': 'application/zip',
};
/** What can be asked for at the top of the folder, and in that of a student. */
const TOP =
  /^(?:gradebook(?:-\w+)?\.csv|feedback-\w+\.zip|(?:summary|similar)\.html|(?:to-look-at|mapping|overrides|extensions|rubric)\.csv)$/;
const OF_STUDENT = /^report\.(?:html|json)$/;

/** A file that a desk hands out. */
export interface ServedFile {
  readonly type: string;
  readonly name: string;
  readonly size: number;
  readonly handle: FileHandle;
}

/**
 * Opens a file of the folder by the parts of its path; undefined for everything that a desk does not hand out. Only what a
 * batch writes has such names, so that no path leads elsewhere; a link in the place of a file is not followed.
 */
export async function openServed(
  folder: string,
  parts: readonly string[],
  isSubmission: (id: string) => boolean,
): Promise<ServedFile | undefined> {
  const name = parts.at(-1) ?? '';
  const [students, id = ''] = parts;
  const isTop = parts.length === 1 && TOP.test(name);
  const isOfStudent =
    parts.length === 3 && students === 'students' && isSubmission(id) && OF_STUDENT.test(name);
  if (!isTop && !isOfStudent) return undefined;
  const file = path.join(folder, ...parts);
  const [root, parent] = await Promise.all([realpath(folder), realpath(path.dirname(file)).catch(() => '')]);
  if (parent !== path.join(root, ...parts.slice(0, -1))) return undefined;
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  );
  if (handle === undefined) return undefined;
  const info = await handle.stat();
  if (info.isFile())
    return { handle, name, size: info.size, type: TYPES[path.extname(name)] ?? 'application/octet-stream' };
  await handle.close();
  return undefined;
}
