import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { defined } from '../../base/defined.ts';
import type { SourceFile } from '../../report/html/source.ts';
import { Highlighter } from './highlighter.ts';
import { isProgram, languageOf } from './languages.ts';
import { plainLines } from './pieces.ts';

/** Most files that are shown, bytes of one that are read, and bytes of all that are. */
const MOST_FILES = 60;
const MOST_OF_FILE = 512 * 1024;
const MOST_OF_ALL = 768 * 1024;
/** Folders of what others wrote or compilers made. */
const SKIPPED = /^(?:\.|__pycache__$|node_modules$|venv$|target$|obj$|__MACOSX$)/;
const DEEPEST = 8;

const highlighter = new Highlighter();

/** The names of the files that were handed in, in order; links and what begins with a dot are left out. */
export async function sourceNames(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  const walk = async (below: string, depth: number): Promise<void> => {
    const entries = await readdir(path.join(folder, below), { withFileTypes: true }).catch(() => []);
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (names.length >= MOST_FILES || SKIPPED.test(entry.name)) continue;
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isFile()) names.push(name);
      else if (entry.isDirectory() && depth < DEEPEST) await walk(name, depth + 1);
    }
  };
  await walk('', 0);
  return names;
}

/** Reads files to be shown; those in `first` have their share of the room before the others. */
export async function readSource(
  folder: string,
  names: readonly string[],
  first: ReadonlySet<string>,
): Promise<readonly SourceFile[]> {
  const read = new Map<string, SourceFile>();
  let room = MOST_OF_ALL;
  for (const name of names.toSorted((a, b) => Number(first.has(b)) - Number(first.has(a)))) {
    const { file, size } = await readOne(path.join(folder, name), name, Math.min(room, MOST_OF_FILE));
    room -= size;
    read.set(name, file);
  }
  return names
    .toSorted((a, b) => rankOf(a, first) - rankOf(b, first))
    .flatMap((name) => read.get(name) ?? []);
}

/** Files that findings name come first, then programs, then the rest. */
function rankOf(name: string, first: ReadonlySet<string>): number {
  if (first.has(name)) return 0;
  return isProgram(name) ? 1 : 2;
}

async function readOne(
  file: string,
  name: string,
  most: number,
): Promise<{ readonly file: SourceFile; readonly size: number }> {
  const bytes = await readStart(file, most);
  if (bytes === undefined) return { file: { name, lines: [], note: 'It cannot be read.' }, size: 0 };
  const { start, size } = bytes;
  if (start.subarray(0, 8_192).includes(0))
    return { file: { name, lines: [], note: `It is not text: ${bytesOf(size)}.` }, size: 0 };
  if (most <= 0 && size > 0)
    return {
      file: { name, lines: [], note: `Left out to keep this page small: ${bytesOf(size)}.` },
      size: 0,
    };
  const text = textOf(start);
  const language = languageOf(name);
  const highlighted = language === undefined ? undefined : await highlighter.highlight(text, language);
  const note =
    size > start.length ? `Cut: the first ${bytesOf(start.length)} of ${bytesOf(size)}.` : undefined;
  const lines = highlighted ?? plainLines(text);
  return { file: { name, lines, ...defined({ note }) }, size: start.length };
}

/** The first bytes of a file and its size; undefined where it can't be read. What is no file is not waited for. */
async function readStart(
  file: string,
  most: number,
): Promise<{ readonly start: Buffer; readonly size: number } | undefined> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  );
  if (handle === undefined) return undefined;
  try {
    const info = await handle.stat();
    if (!info.isFile()) return undefined;
    const buffer = Buffer.alloc(Math.min(info.size, Math.max(0, most)));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return { start: buffer.subarray(0, bytesRead), size: info.size };
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}

/** Line ends of all systems become one; what is no UTF-8 shows as such. */
function textOf(bytes: Buffer): string {
  return bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .replace(/\n$/, '');
}

function bytesOf(size: number): string {
  return size < 10_000 ? `${size} bytes` : `${Math.round(size / 1024)} KiB`;
}
