import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Folders that everybody may write to. */
const OPEN_FOLDERS = ['/tmp', '/var/tmp', '/dev/shm'];
/** Lists of System V objects, with the column of their owner; see sysvipc(7) and proc_sysvipc(5). */
const OBJECTS = [
  { list: 'shm', name: 'shared memory', owner: 7 },
  { list: 'sem', name: 'semaphores', owner: 4 },
  { list: 'msg', name: 'message queue', owner: 7 },
] as const;
/** Most that is named. */
const MOST = 10;

/**
 * What a user has where a program that is not isolated could leave something: files at the top of open folders, and
 * objects of System V. Linux only; empty elsewhere.
 */
export function belongings(uid: number): ReadonlySet<string> {
  if (process.platform !== 'linux') return new Set();
  return new Set([...OPEN_FOLDERS.flatMap((folder) => filesOf(folder, uid)), ...objectsOf(uid)]);
}

/** What is there now and was not before, in words for a report. It may be another program's: it is never removed. */
export function appeared(before: ReadonlySet<string>, uid: number): readonly string[] {
  const found = [...belongings(uid)].filter((each) => !before.has(each));
  return found.length > MOST ? [...found.slice(0, MOST), `and ${found.length - MOST} more`] : found;
}

function filesOf(folder: string, uid: number): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('socket-grader-'))
      .map((name) => path.join(folder, name))
      .filter((file) => lstatSync(file, { throwIfNoEntry: false })?.uid === uid);
  } catch {
    return [];
  }
}

function objectsOf(uid: number): string[] {
  return OBJECTS.flatMap(({ list, name, owner }) => {
    try {
      const rows = readFileSync(`/proc/sysvipc/${list}`, 'latin1').trim().split('\n').slice(1);
      return rows
        .map((row) => row.trim().split(/\s+/))
        .filter((row) => row[owner] === String(uid))
        .map((row) => `${name} ${row[1]}`);
    } catch {
      return [];
    }
  });
}
