import { isUtf8 } from 'node:buffer';
import { Folder } from './folder.ts';

/** Names of the files at the top of a folder, sorted; those that are no UTF-8 can't be named in a command. */
export function topFiles(place: string): string[] {
  const folder = Folder.open(place);
  try {
    return folder
      .names()
      .filter((name) => isUtf8(name) && !folder.stat(name).isDirectory())
      .map((name) => name.toString('utf8'))
      .sort();
  } finally {
    folder.close();
  }
}
