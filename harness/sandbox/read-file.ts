import { closeSync, fstatSync, lstatSync, readSync } from 'node:fs';
import { DEEPEST, Folder } from './tree/folder.ts';
import type { Steps } from './tree/steps.ts';

/** What is found under a name in a program's folder; `other` is a folder, a link, a pipe or the like. */
export type FoundFile =
  | { readonly found: 'file'; readonly bytes: Buffer }
  | { readonly found: 'missing' | 'other' | 'too_large' | 'unreadable' };

/**
 * Reads a file below a folder that a program owns, which may change while it is read. No link is followed on the way, so
 * the program can't make the grader read elsewhere; a pipe is not waited for, and no more than `most` bytes are read.
 */
export function readFileIn(folder: string, name: string, most: number): FoundFile {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  const opened: Folder[] = [];
  try {
    let at = Folder.open(folder, { follow: false });
    opened.push(at);
    for (const part of parts.slice(0, -1)) {
      at = at.enter(Buffer.from(part), { unlock: 'while open' });
      opened.push(at);
    }
    return readIn(at, Buffer.from(parts.at(-1) ?? ''), most);
  } catch (error) {
    return { found: stateOf((error as NodeJS.ErrnoException).code) };
  } finally {
    for (const one of opened.reverse()) one.close();
  }
}

function readIn(folder: Folder, name: Buffer, most: number): FoundFile {
  let file: number | undefined;
  try {
    file = folder.openFile(name, { unlock: true });
    return readWhole(file, most);
  } catch (error) {
    return { found: stateOf((error as NodeJS.ErrnoException).code) };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function readWhole(file: number, most: number): FoundFile {
  const info = fstatSync(file);
  if (!info.isFile()) return { found: 'other' };
  if (info.size > most) return { found: 'too_large' };
  // It may grow meanwhile: what came later is for the next reading.
  const bytes = Buffer.alloc(info.size);
  let length = 0;
  while (length < bytes.length) {
    const read = readSync(file, bytes, length, bytes.length - length, length);
    if (read === 0) break;
    length += read;
  }
  return { found: 'file', bytes: bytes.subarray(0, length) };
}

function stateOf(code: string | undefined): Exclude<FoundFile['found'], 'file'> {
  if (code === 'ENOENT') return 'missing';
  return code === 'ELOOP' || code === 'ENOTDIR' || code === 'ENXIO' ? 'other' : 'unreadable';
}

/** Names in a folder that a program owns, at most so many; none where it can't be read. */
export function namesIn(folder: string, most: number): readonly string[] {
  try {
    const opened = Folder.open(folder, { follow: false });
    try {
      return opened
        .names()
        .slice(0, most)
        .map((name) => name.toString('utf8'));
    } finally {
      opened.close();
    }
  } catch {
    return [];
  }
}

/** Folders of installed packages and of version control, which are not what was handed in to be read. */
const LEFT_OUT = new Set(['node_modules', 'site-packages', '.git', '.venv', 'venv', '__pycache__']);

/** Files below a folder whose names are wanted, each with its bytes; no links are followed. */
export function* filesBelow(
  place: string,
  isWanted: (name: string) => boolean,
  most: { readonly files: number; readonly bytes: number; readonly each: number },
): Steps<ReadonlyMap<string, FoundFile>> {
  const found = new Map<string, FoundFile>();
  let room = most.bytes;
  const take = (folder: Folder, name: Buffer, full: string) => {
    const one = readIn(folder, name, Math.min(most.each, room));
    if (one.found === 'file') room -= one.bytes.length;
    found.set(full, one);
  };
  const walk = function* (folder: Folder, path: string, depth: number): Steps<void> {
    for (const name of folder.names()) {
      yield;
      if (found.size >= most.files) return;
      const info = lstatSync(folder.at(name), { throwIfNoEntry: false });
      const full = `${path}${name.toString('utf8')}`;
      if (info?.isFile() && isWanted(full)) take(folder, name, full);
      if (!info?.isDirectory() || depth >= DEEPEST || LEFT_OUT.has(name.toString('utf8'))) continue;
      let inner: Folder | undefined;
      try {
        inner = folder.enter(name, { unlock: 'while open' });
        yield* walk(inner, `${full}/`, depth + 1);
      } catch {
        found.set(`${full}/`, { found: 'unreadable' });
      } finally {
        inner?.close();
      }
    }
  };
  const top = Folder.open(place, { follow: false });
  try {
    yield* walk(top, '', 1);
  } finally {
    top.close();
  }
  return found;
}
