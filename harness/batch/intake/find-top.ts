import path from 'node:path';
import { UserError } from '../../base/user-error.ts';
import type { Refused } from '../archive/target.ts';
import { besideSubmissions } from './beside.ts';
import { type Detected, detect, SOURCES } from './detect.ts';
import { listFolder, readerOf } from './list-folder.ts';
import { ofStudents } from './plain.ts';
import { askedFiles, whose } from './whose.ts';

/** The folder whose entries are the submissions, and what they are. */
export interface Top {
  readonly folder: string;
  readonly detected: Detected;
  readonly refused: readonly Refused[];
}

interface Search {
  readonly out: string;
  readonly from?: string;
  readonly programFiles: readonly string[];
  /** Whether the course has a student of that name or login. */
  readonly isStudent: (name: string) => boolean;
}

/** A folder that was looked at: what its entries are, and whose when that is not one student's each. */
interface Found extends Top {
  readonly whose: 'one' | 'each' | 'unclear';
  readonly names: readonly string[];
}

/**
 * The folder whose entries are the submissions: exports often stand in a folder of their own. Throws a UserError when
 * there is no submission, or it cannot be known what is one. `input` is what the person gave.
 */
export async function findTop(folder: string, input: string, search: Search): Promise<Top> {
  const { from, out, programFiles } = search;
  const found = await look(folder, search);
  if (found === undefined) {
    const { entries } = await listFolder(folder, out);
    const title = SOURCES[from ?? '']?.title;
    if (entries.length === 0 || title === undefined)
      throw new UserError({
        where: input,
        what: `there is nothing in it${entries.length === 0 ? '' : ' that could be a submission'}`,
        fix: 'Give the download of the course.',
      });
    throw new UserError({
      where: input,
      what: `nothing in it is named as by ${title} (found ${shorten(entries.map(({ name }) => name))})`,
      fix: 'Leave out --from, or give the download unchanged.',
    });
  }
  if (from === 'plain' || found.detected.source !== 'plain') return found;
  const asked = askedFiles(found.folder, programFiles);
  if (found.names.length > 1 && asked.length > 0)
    throw new UserError({
      where: input,
      what: `it holds ${shorten(asked)} itself, so it seems to be one student's and no course`,
      fix: 'Give what holds a folder, file or archive for each student, or grade it with "run". Where each is a student, say --from plain.',
    });
  const [only = ''] = found.names;
  if (found.whose === 'unclear' && found.names.length === 1)
    throw new UserError({
      where: input,
      what: `it is unclear whether the folder "${only}" is one student's or holds one submission for each`,
      fix: `If it is the course, unpack it and give the folder "${only}" itself. If it is one student's, say --from plain.`,
    });
  return found;
}

/** Looks into a folder, and through it where it holds nothing but one folder. */
async function look(folder: string, search: Search): Promise<Found | undefined> {
  const { entries, refused } = await listFolder(folder, search.out);
  const around = { readFile: readerOf(folder), isStudent: search.isStudent };
  const detected = await detect(entries, around, search.from);
  const students = ofStudents(entries);
  const names = students.map(({ name }) => name);
  const found = detected && { folder, detected, refused, names };
  if (found && found.detected.source !== 'plain') return { ...found, whose: 'each' };
  const [only] = students;
  if (students.length === 1 && only?.folder) {
    const beside = entries.filter((entry) => entry !== only).map(({ name }) => besideSubmissions(name));
    const inner = await look(path.join(folder, only.name), search).catch(unlessUnreadable);
    if (inner?.whose === 'each') return { ...inner, refused: [...refused, ...beside, ...inner.refused] };
    return found && { ...found, whose: inner?.whose ?? 'one' };
  }
  if (!found) return undefined;
  return {
    ...found,
    whose: students.length === 1 ? 'one' : await whose(folder, students, search.programFiles),
  };
}

function shorten(names: readonly string[]): string {
  return [...names.slice(0, 4), ...(names.length > 4 ? ['…'] : [])].join(', ');
}

/** A folder that may not be read is a submission that can't be graded, and stops nothing else. */
function unlessUnreadable(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'EACCES' && error.code !== 'EPERM') throw error;
  return undefined;
}
