import { closeSync, constants, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { Folder } from '../sandbox/tree/folder.ts';
import { topFiles } from '../sandbox/tree/top-files.ts';

/** How many folders that hold nothing but one folder are looked through. */
const DEEPEST = 8;
/** Where the sources of a project usually are. */
const SOURCES = ['src', 'src/main/java'];
/** What systems and editors leave beside a folder. */
const IGNORED = /^(\.|__MACOSX$)/;

/**
 * Where in a submission its programs are, and the files there: at its top; else in the only folder that it holds, as after
 * unpacking a zip; else in `src`. The first place in which `isProgram` finds one, else the top.
 */
export function programFolder(
  source: string,
  isProgram: (files: readonly string[]) => boolean,
): { readonly folder: string; readonly files: readonly string[] } {
  const top = { folder: '.', files: topFiles(source) };
  let folder = '.';
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    for (const place of [folder, ...SOURCES.map((name) => path.posix.join(folder, name))]) {
      const files = filesOf(source, place);
      if (files !== undefined && isProgram(files)) return { folder: place, files };
    }
    const only = onlyFolder(source, folder);
    if (only === undefined) return top;
    folder = path.posix.join(folder, only);
  }
  return top;
}

/** The files of a folder that is one, and no link to one. */
function filesOf(source: string, place: string): readonly string[] | undefined {
  try {
    const parts = place === '.' ? [] : place.split('/');
    let at = source;
    for (const part of parts) {
      if (!folders(at).includes(part)) return undefined;
      at = path.join(at, part);
    }
    return topFiles(at);
  } catch {
    return undefined;
  }
}

function onlyFolder(source: string, place: string): string | undefined {
  const at = path.join(source, place);
  const files = topFiles(at).filter((name) => !IGNORED.test(name));
  const [only, ...others] = folders(at).filter((name) => !IGNORED.test(name));
  return files.length === 0 && others.length === 0 ? only : undefined;
}

function folders(place: string): readonly string[] {
  const folder = Folder.open(place);
  try {
    return folder
      .names()
      .filter((name) => folder.stat(name).isDirectory())
      .map((name) => name.toString('utf8'));
  } finally {
    folder.close();
  }
}

/** As much of a source file is read as its package line can be in, in bytes. */
const HEAD = 64 * 1024;

/** The name by which java(1) starts the class of a file: with the package that the file says it belongs to. */
export function javaClass(folder: string, file: string): string {
  const stem = path.basename(file, '.java');
  const text = headOf(path.join(folder, file)).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  const [, name] = /^\s*package\s+([\w.]+)\s*;/m.exec(text) ?? [];
  return name === undefined ? stem : `${name}.${stem}`;
}

/** The beginning of a file of a submission, as text; nothing where it is none, or can't be read. */
export function headOf(file: string): string {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const bytes = Buffer.alloc(HEAD);
    return bytes.subarray(0, readSync(descriptor, bytes)).toString('utf8');
  } catch {
    return '';
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
