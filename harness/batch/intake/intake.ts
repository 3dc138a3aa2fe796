import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../base/user-error.ts';
import { archiveKind } from '../archive/kind.ts';
import { ArchiveRefused, COURSE_LIMITS, Room } from '../archive/room.ts';
import { bounded, MOST_OF_COURSE, type Refused } from '../archive/target.ts';
import { unpack } from '../archive/unpack.ts';
import { inShard, type Shard } from '../shard.ts';
import type { Intake, Submission } from '../types.ts';
import { chooseAttempts } from './attempts.ts';
import { findTop } from './find-top.ts';
import { groupBy } from './group-by.ts';
import { identify } from './identify.ts';
import { readerOf } from './list-folder.ts';
import { placeSubmission } from './place.ts';
import { asksFor } from './program-names.ts';

export interface IntakeOptions {
  /** Gets a folder `students/ID/submission` for each. */
  readonly out: string;
  /** The source, when it is not to be found out. */
  readonly from?: string;
  /** The file names that the assignment asks for, patterns among them. */
  readonly programFiles: readonly string[];
  readonly shard?: Shard;
  /** Whether the course has a student of that name or login. @default it is not known to have any */
  readonly isStudent?: (name: string) => boolean;
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
    const top = await findTop(folder, input, { isStudent: () => false, ...options });
    const { detected } = top;
    const lost = new LostEntries(refused, path.relative(folder, top.folder));
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
      const ownLosses = one.pieces.flatMap(({ entry }) => lost.take(entry));
      if (options.shard !== undefined && !inShard(id, options.shard)) {
        elsewhere.push(id);
        continue;
      }
      const placing = {
        input: top.folder,
        move: folder === temporary,
        programFiles: options.programFiles,
        named: detected.source === 'plain',
        refused: ownLosses,
      };
      submissions.push(await placeSubmission(id, one, submissionFolder(options.out, id), placing));
    }
    return {
      source: detected.source,
      submissions,
      elsewhere,
      refused: bounded([...lost.rest(), ...top.refused, ...detected.strange], MOST_OF_COURSE),
      ...(detected.missing.length === 0 ? {} : { missing: detected.missing }),
    };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** What was left out of the download itself, by the submission that it belongs to. */
class LostEntries {
  readonly #outside: readonly Refused[];
  readonly #below: Map<string, readonly Refused[]>;

  /** `top` is where the submissions are, within the download. */
  constructor(all: readonly Refused[], top: string) {
    const start = top === '' ? '' : `${top}/`;
    const isInside = ({ name }: Refused) => name.startsWith(start) && name.slice(start.length).includes('/');
    this.#outside = all.filter((one) => !isInside(one));
    const inside = all.filter(isInside).map((one) => ({ ...one, name: one.name.slice(start.length) }));
    this.#below = new Map(groupBy(inside, ({ name }) => name.slice(0, name.indexOf('/'))));
  }

  /** Takes what belongs to one entry of the folder with the submissions. */
  take(entry: string): readonly Refused[] {
    const own = this.#below.get(entry) ?? [];
    this.#below.delete(entry);
    return own;
  }

  /** What belongs to no submission that was found. */
  rest(): readonly Refused[] {
    return [...this.#outside, ...[...this.#below.values()].flat()];
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
    throw new UserError({ where: input, what: 'it is not a folder, zip, tar, tar.gz, 7z or RAR file', fix });
  try {
    return { folder: temporary, refused: await unpack(input, temporary, new Room(COURSE_LIMITS)) };
  } catch (error) {
    if (!(error instanceof ArchiveRefused)) throw error;
    throw new UserError({ where: input, what: error.message, fix: 'Download it again.' });
  }
}
