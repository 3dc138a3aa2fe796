import { lstat, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../user-error.ts';
import { entryPath, isJunk } from '../archive/entry-name.ts';
import { ArchiveRefused, COURSE_LIMITS, Room } from '../archive/room.ts';
import { bounded, type Refused } from '../archive/target.ts';
import { archiveKind, isArchiveName, unpack } from '../archive/unpack.ts';
import { inShard, type Shard } from '../shard.ts';
import type { Intake, Submission } from '../types.ts';
import { chooseAttempts } from './attempts.ts';
import { detect } from './detect.ts';
import { identify } from './identify.ts';
import { placeSubmission } from './place.ts';
import { asksFor } from './program-names.ts';
import type { Entry } from './source.ts';

export interface IntakeOptions {
  /** Gets a folder `students/ID/submission` for each. */
  readonly out: string;
  /** The source, when it is not to be found out. */
  readonly from?: string;
  /** The file names that the assignment asks for, patterns among them. */
  readonly programFiles: readonly string[];
  readonly shard?: Shard;
}

/** Where the files of a submission are, below the folder of the results. */
export function submissionFolder(out: string, id: string): string {
  return path.join(out, 'students', id, 'submission');
}

/** Takes in the download of a course, an archive or a folder: who handed in what, each in a folder of its own. */
export async function takeIn(
  input: string,
  options: IntakeOptions,
): Promise<Intake & { elsewhere: string[] }> {
  const temporary = path.join(options.out, '.intake');
  await rm(temporary, { recursive: true, force: true });
  try {
    const { folder, refused } = await openInput(input, temporary);
    const top = await findTop(folder, options.out, options.from);
    const detected = await detect(top.entries, readerOf(top.folder), options.from);
    const strange = detected.strange.map((name) => ({ name, why: 'its name is not that of a submission' }));
    const chosen = await chooseAttempts(detected.pieces, {
      asksFor: (name) => asksFor(options.programFiles, name),
      read: readerOf(top.folder),
    });
    const labels = new Map(chosen.map(({ key, label }) => [key, label]));
    const ids = identify(labels);
    const submissions: Submission[] = [];
    const elsewhere: string[] = [];
    for (const one of chosen.toSorted((a, b) => compare(ids.get(a.key), ids.get(b.key)))) {
      const id = ids.get(one.key) ?? one.key;
      if (options.shard !== undefined && !inShard(id, options.shard)) {
        elsewhere.push(id);
        continue;
      }
      const placing = {
        input: top.folder,
        move: folder === temporary,
        programFiles: options.programFiles,
        named: detected.source === 'plain',
      };
      submissions.push(await placeSubmission(id, one, submissionFolder(options.out, id), placing));
    }
    return {
      source: detected.source,
      submissions,
      elsewhere,
      refused: bounded([...refused, ...top.refused, ...strange]),
    };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function compare(a = '', b = ''): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

async function openInput(
  input: string,
  temporary: string,
): Promise<{ folder: string; refused: readonly Refused[] }> {
  const info = await stat(input).catch(() => undefined);
  const fix = 'Give the zip that was downloaded, or a folder with one folder or file a student.';
  if (!info) throw new UserError({ where: input, what: 'there is no such file or folder', fix });
  if (info.isDirectory()) return { folder: path.resolve(input), refused: [] };
  if (!info.isFile() || (await archiveKind(input)) === undefined)
    throw new UserError({ where: input, what: 'it is no folder, zip, tar or tar.gz file', fix });
  try {
    return { folder: temporary, refused: await unpack(input, temporary, new Room(COURSE_LIMITS)) };
  } catch (error) {
    if (!(error instanceof ArchiveRefused)) throw error;
    throw new UserError({ where: input, what: error.message, fix: 'Download it again.' });
  }
}

interface Top {
  readonly folder: string;
  readonly entries: readonly Entry[];
  readonly refused: readonly Refused[];
}

/** The folder whose entries are the submissions: exports often stand in a folder of their own. */
async function findTop(folder: string, out: string, from: string | undefined): Promise<Top> {
  const top = await list(folder, out);
  const [only] = top.entries;
  if (top.entries.length !== 1 || !only?.folder) return top;
  const inner = await findTop(path.join(folder, only.name), out, from);
  const wrapped = await detect(inner.entries, readerOf(inner.folder), from).catch(() => undefined);
  const outer = await detect(top.entries, readerOf(top.folder), from);
  if (outer.source !== 'plain' || wrapped === undefined) return top;
  const several =
    inner.entries.length > 1 && inner.entries.every(({ name, folder }) => folder || isArchiveName(name));
  return wrapped.source !== 'plain' || several ? inner : top;
}

async function list(folder: string, out: string): Promise<Top> {
  const entries: Entry[] = [];
  const refused: Refused[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const file = path.join(folder, name);
    // Results that are written among the submissions are none.
    if (isJunk([name]) || `${path.resolve(out)}/`.startsWith(`${file}/`)) continue;
    const info = await lstat(file);
    const odd = name.startsWith('.') ? 'its name begins with ".", as of what is hidden' : entryPath(name);
    if (typeof odd === 'string') refused.push({ name, why: odd });
    else if (info.isDirectory() || info.isFile()) entries.push({ name, folder: info.isDirectory() });
    else
      refused.push({
        name,
        why: info.isSymbolicLink() ? 'it is a symbolic link' : 'it is no file or folder',
      });
  }
  return { folder, entries, refused };
}

/** Longest file that a source says something in, in bytes. */
const LONGEST = 64 * 1024 ** 2;

function readerOf(folder: string): (name: string) => Promise<string> {
  return async (name) => {
    const file = path.join(folder, name);
    return (await lstat(file)).size > LONGEST ? '' : readFile(file, 'utf8');
  };
}
