import { existsSync } from 'node:fs';
import path from 'node:path';
import { isArchiveName } from '../archive/kind.ts';
import { readerOf } from './list-folder.ts';
import { mentions } from './mentions.ts';
import { fixedNames, mayBeProgram } from './program-names.ts';
import { filesBelow } from './read-folder.ts';
import type { Entry } from './source.ts';

/** The files that a folder holds under the very names that the assignment asks for. */
export function askedFiles(folder: string, programFiles: readonly string[]): readonly string[] {
  return fixedNames(programFiles).filter((file) => existsSync(path.join(folder, file)));
}

/**
 * Whether the entries of a folder are one student's or a student each. A name that the assignment asks for is no
 * student's; folders, archives or programs beside each other are students unless something speaks against it: only one
 * of them can be a program, they are of different kinds, or one mentions another.
 */
export async function whose(
  folder: string,
  entries: readonly Entry[],
  programFiles: readonly string[],
): Promise<'one' | 'each' | 'unclear'> {
  const archives = entries.filter((entry) => !entry.folder && isArchiveName(entry.name));
  const folders = entries.filter((entry) => entry.folder);
  const files = entries.filter((entry) => !entry.folder && !archives.includes(entry));
  const below = ({ name }: Entry) => path.join(folder, name);
  if (askedFiles(folder, programFiles).length > 0) {
    const like = folders.filter((entry) => askedFiles(below(entry), programFiles).length > 0);
    return like.length > 1 ? 'unclear' : 'one';
  }
  const programs = files.filter(({ name }) => mayBeProgram(programFiles, name));
  let holders = archives.length;
  for (const entry of folders) if (await holdsProgram(below(entry), programFiles)) holders++;
  if (files.length === 0) return holders === 1 ? 'unclear' : 'each';
  if (programs.length + holders < 2) return 'one';
  if (folders.length + archives.length > 0) return 'unclear';
  return (await mentionEachOther(folder, programs)) ? 'unclear' : 'each';
}

async function holdsProgram(folder: string, programFiles: readonly string[]): Promise<boolean> {
  for await (const name of filesBelow(folder))
    if (isArchiveName(name) || mayBeProgram(programFiles, name)) return true;
  return false;
}

async function mentionEachOther(folder: string, files: readonly Entry[]): Promise<boolean> {
  const read = readerOf(folder);
  for (const { name } of files) {
    const text = await read(name);
    if (files.some((other) => other.name !== name && mentions(text, path.parse(other.name).name)))
      return true;
  }
  return false;
}
