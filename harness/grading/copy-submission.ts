import { stat } from 'node:fs/promises';
import path from 'node:path';
import { SubmissionError, UserError } from '../base/user-error.ts';
import { largestPart } from '../sandbox/largest-part.ts';
import { LARGEST } from '../sandbox/limits.ts';
import type { Lease, Room, Sandbox } from '../sandbox/sandbox.ts';
import type { Refused } from '../sandbox/tree/copy-tree.ts';
import { inSlices } from '../sandbox/tree/steps.ts';
import { treeSize } from '../sandbox/tree/tree-size.ts';

/** A submission in a scratch folder. */
export interface CopiedSubmission {
  /** Where it was handed in. */
  readonly given: string;
  readonly lease: Lease;
  /** The room that it takes. */
  readonly size: Room;
  /** What could not be copied. */
  readonly refused: readonly Refused[];
}

/** What an empty file or a folder takes in memory, in bytes. */
const PAGE = 4096;
const MIB = 1024 * 1024;

/**
 * Copies a submission to the scratch folder, with `extra` room beside it. Throws a UserError when there is none or when it
 * cannot be read, and a SubmissionError when it is too large.
 */
export async function copySubmission(
  where: string,
  sandbox: Sandbox,
  extra: Room,
): Promise<CopiedSubmission> {
  const given = path.resolve(where);
  const size = await sizeOf(where, given);
  const lease = await sandbox.lease({ bytes: size.bytes + extra.bytes, files: size.files + extra.files });
  const refused = await lease.fill(given).catch((error: NodeJS.ErrnoException) => {
    throw new UserError({ where, what: `the submission can't be copied: ${error.message}` });
  });
  return { given, lease, size, refused };
}

async function sizeOf(where: string, given: string): Promise<Room> {
  const info = await stat(given).catch(() => {
    throw new UserError({ where, what: 'there is no such submission', fix: 'Give a folder or a file.' });
  });
  if (!info.isDirectory() && !info.isFile())
    throw new UserError({
      where,
      what: 'the submission is neither a folder nor a file',
      fix: 'Give a folder or a file.',
    });
  const { length, files } = await inSlices(
    treeSize(given, { length: LARGEST.bytes, files: LARGEST.files }),
  ).catch((error: NodeJS.ErrnoException) => {
    throw new UserError({ where, what: `the submission can't be read: ${error.code ?? error.message}` });
  });
  if (length > LARGEST.bytes || files > LARGEST.files) throw await tooLarge(where, given);
  return { bytes: length + files * PAGE, files };
}

/** Names what makes it too large, so that it can be left out. */
async function tooLarge(where: string, submission: string): Promise<SubmissionError> {
  const { name, bytes, files, more } = await largestPart(submission, LARGEST);
  const size = `${more ? 'more than ' : ''}${Math.floor(bytes / MIB)} MiB in ${files} file${files === 1 ? '' : 's'}`;
  return new SubmissionError({
    where,
    what: `the submission is too large: the limit is ${LARGEST.bytes / MIB} MiB and ${LARGEST.files} files${name === '.' ? '' : `, and ${name} holds ${size}`}`,
    fix: `Leave out ${name === '.' ? 'what can be made again, and what is not needed to run it' : `${name}, if the program runs without it or can make it again`}.`,
  });
}
