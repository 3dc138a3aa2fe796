import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { SourceFile, Sources } from './document.ts';
import { languageOf } from './languages.ts';

/** Larger files are tables or made by a program, in bytes. */
const LARGEST = 128 * 1024;
/** What is read of one submission, in bytes. */
const MOST = 256 * 1024;
/** Folders of what students have not written. */
const FOREIGN = /^(?:node_modules|__pycache__|venv|site-packages|target|__MACOSX|\..*)$/;

/** The source files of a folder, or a single file, by the ending of their names, and those that are left out, being too large. */
export async function readSources(
  id: string,
  place: string,
): Promise<Sources & { readonly leftOut: readonly string[] }> {
  const isFolder = (await stat(place)).isDirectory();
  const folder = isFolder ? place : path.dirname(place);
  const files: SourceFile[] = [];
  const leftOut: string[] = [];
  let room = MOST;
  for (const name of isFolder ? await sourceNames(folder) : [path.basename(place)]) {
    const language = languageOf(name);
    if (language === undefined) continue;
    const file = path.join(folder, name);
    const { size } = await lstat(file);
    if (size > Math.min(LARGEST, room)) {
      leftOut.push(name);
      continue;
    }
    room -= size;
    files.push({ name, language, text: await readFile(file, 'utf8') });
  }
  return { id, files, leftOut };
}

/** Names of all files that are no links, sorted. */
async function sourceNames(folder: string, below = ''): Promise<readonly string[]> {
  const entries = await readdir(path.join(folder, below), { withFileTypes: true });
  const names: string[] = [];
  for (const entry of entries) {
    const name = path.join(below, entry.name);
    if (entry.isFile()) names.push(name);
    else if (entry.isDirectory() && !FOREIGN.test(entry.name))
      names.push(...(await sourceNames(folder, name)));
  }
  return names.sort();
}
