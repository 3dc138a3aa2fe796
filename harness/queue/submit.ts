import { randomUUID } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { defined } from '../base/defined.ts';
import { temporaryFolder } from '../base/temporary-folder.ts';
import { UserError } from '../base/user-error.ts';
import { version } from '../base/version.ts';
import { mergeRecordings, mergeTries } from '../batch/again.ts';
import { ArchiveRefused, Room, SUBMISSION_LIMITS } from '../batch/archive/room.ts';
import type { Graded, Grading } from '../batch/executor.ts';
import { copyTree } from '../batch/intake/copy-tree.ts';
import { fingerprint } from '../batch/intake/fingerprint.ts';
import type { Level } from '../batch/isolation-level.ts';
import type { QueueState } from '../batch/progress.ts';
import { resultKey } from '../batch/result.ts';
import { settingsOf } from '../batch/settings.ts';
import { specFingerprint } from '../batch/spec-fingerprint.ts';
import type { Submission } from '../batch/types.ts';
import type { Assignment } from '../spec/read.ts';
import type { Connection } from './connect.ts';
import { QueueExecutor } from './executor.ts';

export interface SubmitOptions {
  /** A folder or a single file. */
  readonly submission: string;
  readonly grading: Grading & { readonly assignment: Assignment };
  readonly level: Level;
  readonly store?: string;
  readonly stop: AbortSignal;
  readonly watch: (state: QueueState) => void;
}

/**
 * Has a single submission graded by the workers of a queue, before all batches. Undefined when it was stopped; throws a
 * UserError where it cannot be sent.
 */
export async function gradeOnQueue(
  connection: Connection,
  { submission: given, grading, level, store, stop, watch }: SubmitOptions,
): Promise<Graded | undefined> {
  const own = await temporaryFolder();
  try {
    const folder = path.join(own, 'submission');
    const submission = await takeIn(given, folder);
    const key = resultKey(
      submission.sha256,
      specFingerprint(grading.assignment),
      version(),
      settingsOf(grading.job),
    );
    const executor = await QueueExecutor.open(connection, {
      grading,
      level,
      name: `submit-${randomUUID()}`,
      title: grading.assignment.spec.title,
      keyOf: () => key,
      folderOf: () => folder,
      total: 1,
      urgent: true,
      watch,
      ...defined({ store }),
    });
    const tryOnce = async (alone: boolean) => {
      const results: Graded[] = [];
      const graded = async (_: Submission, one: Graded) => void results.push(one);
      const round = { submissions: [submission], drain: stop, stop, started: () => {}, alone, graded };
      await executor.grade(round);
      return results[0];
    };
    try {
      const first = await tryOnce(false);
      if (first === undefined || !isOpen(first)) return first;
      // As a batch does it: what could not be decided is tried once more, with nothing beside it.
      const second = await tryOnce(true);
      return second === undefined ? undefined : joined(first, second);
    } finally {
      // Nobody comes back for it.
      await executor.close(true);
    }
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

function joined(first: Graded, second: Graded): Graded {
  const recording = mergeRecordings(first.report, first.recording, second.recording);
  return {
    report: mergeTries(first.report, second.report),
    final: true,
    ...defined({ recording }),
  };
}

function isOpen({ report, final }: Graded): boolean {
  return !final && report.status === 'inconclusive';
}

async function takeIn(given: string, folder: string): Promise<Submission> {
  const info = await stat(given).catch(() => undefined);
  if (info === undefined)
    throw new UserError({
      where: given,
      what: 'there is no such submission',
      fix: 'Give a folder or a file.',
    });
  const target = info.isDirectory() ? folder : path.join(folder, path.basename(given));
  await mkdir(folder, { recursive: true });
  try {
    const refused = await copyTree(given, target, { room: new Room(SUBMISSION_LIMITS), move: false });
    // A name that begins with a dot is none for a folder of results.
    const id = path.basename(path.resolve(given)).replace(/^\.+/, '_') || 'submission';
    const common = { id, students: [], from: given, late: false, earlier: [], renamed: [] };
    return { ...common, refused, ...(await fingerprint(folder)) };
  } catch (error) {
    if (!(error instanceof ArchiveRefused)) throw error;
    throw new UserError({ where: given, what: `it cannot be sent: ${error.message}` });
  }
}
