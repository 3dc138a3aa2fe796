import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { temporaryFolder } from '../base/temporary-folder.ts';
import { SubmissionError } from '../base/user-error.ts';
import { withoutArchiveEnding } from '../batch/archive/kind.ts';
import { ArchiveRefused, Room, SUBMISSION_LIMITS } from '../batch/archive/room.ts';
import { copyTree } from '../batch/intake/copy-tree.ts';
import { openArchives } from '../batch/intake/top.ts';

/** A submission whose archives were opened. */
export interface Opened {
  /** Called as the submission is, without the ending of an archive. */
  readonly folder: string;
  /** Removes it. */
  close(): Promise<void>;
}

/**
 * Opens a submission that is an archive, or a folder with archives at its top, as a batch does: in a copy, within the
 * same limits. Throws a SubmissionError for an archive that can't be opened.
 */
export async function openSubmission(given: string): Promise<Opened> {
  const file = path.resolve(given);
  const around = await temporaryFolder();
  const close = () => rm(around, { recursive: true, force: true });
  try {
    const { base } = path.parse(file);
    const folder = path.join(around, withoutArchiveEnding(base) || 'submission');
    await mkdir(folder);
    const room = new Room(SUBMISSION_LIMITS);
    const isFolder = (await lstat(file)).isDirectory();
    const refused = [
      ...(await copyTree(file, isFolder ? folder : path.join(folder, base), { room, move: false })),
      ...(await openArchives(folder, room)),
    ];
    const [first] = refused;
    if (first !== undefined && (await readdir(folder)).length === 0)
      throw cannot(given, first.name, first.why);
    return { folder, close };
  } catch (error) {
    await close();
    if (error instanceof ArchiveRefused) throw cannot(given, path.basename(file), error.message);
    throw error;
  }
}

function cannot(where: string, name: string, why: string): SubmissionError {
  return new SubmissionError({
    where,
    what: `${name} can't be opened: ${why}`,
    fix: 'Hand in a zip or a tar file, or the files themselves.',
  });
}
