import { cpSync, lstatSync, type Stats } from 'node:fs';
import { cp, lstat, mkdir, mkdtemp, readdir, realpath, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** A folder of the run's own, gone when it is over. */
export interface Scratch {
  readonly path: string;
  /** A fresh folder in it. */
  folder(name: string): Promise<string>;
  remove(): Promise<void>;
}

/** Makes a scratch folder that only this user can look into. @default in the system's folder for temporary files */
export async function makeScratch(place?: string): Promise<Scratch> {
  const within = place ?? (await realpath(os.tmpdir()));
  const base = await mkdtemp(path.join(within, `socket-grader-${process.pid}-`));
  return {
    path: base,
    async folder(name) {
      const folder = path.join(base, name);
      await mkdir(folder, { recursive: true });
      return folder;
    },
    // A program may have left folders that it made read-only, or be writing still: try a few times.
    remove: () => rm(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 }),
  };
}

/** Files that are not copied: a pipe, a socket or a device could hold the copy up for ever. */
export interface CopyResult {
  readonly refused: readonly string[];
}

/** How much a folder holds. */
export interface Room {
  readonly bytes: number;
  readonly files: number;
}

/** What a file takes at least on a file system in memory, in bytes. */
const PAGE = 4096;

/** How much a file or folder holds, links not followed; only looked at, nothing is read. Stops beyond `most`. */
export async function roomOf(
  place: string,
  most: Room = { bytes: Infinity, files: Infinity },
): Promise<Room> {
  let bytes = 0;
  let files = 0;
  const add = async (name: string): Promise<void> => {
    const entry = await lstat(name);
    files += 1;
    bytes += entry.isFile() ? Math.ceil(entry.size / PAGE) * PAGE : PAGE;
    if (bytes > most.bytes || files > most.files || !entry.isDirectory()) return;
    for (const child of await readdir(name)) await add(path.join(name, child));
  };
  await add(await realpath(place));
  return { bytes, files };
}

/** Devices, pipes and sockets stay where they are. */
function isCopied(entry: Stats): boolean {
  return entry.isFile() || entry.isDirectory() || entry.isSymbolicLink();
}

/** Copies a submission, file or folder, into a folder; links stay links, so nothing outside is read. */
export async function copySubmission(source: string, target: string): Promise<CopyResult> {
  const refused: string[] = [];
  const info = await stat(source);
  if (info.isFile()) {
    await cp(source, path.join(target, path.basename(source)));
    return { refused };
  }
  await cp(source, target, {
    recursive: true,
    verbatimSymlinks: true,
    filter: async (file) => {
      if (isCopied(await lstat(file))) return true;
      refused.push(path.relative(source, file));
      return false;
    },
  });
  return { refused };
}

/**
 * The same in one go, while nothing else is done: for a grader whose user changes for a moment when it starts a program,
 * since files that are copied beside that would belong to another user.
 */
export function copyAtOnce(source: string, target: string): void {
  cpSync(source, target, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (file) => isCopied(lstatSync(file)),
  });
}

/** Names of the files at the top of a folder. */
export async function topFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
