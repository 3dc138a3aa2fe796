import { constants } from 'node:fs';
import { access, mkdir, readdir, realpath, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../base/user-error.ts';
import { isJunk } from './archive/entry-name.ts';
import { DECISION_FILES } from './decisions/decisions.ts';
import { JOURNAL } from './journal.ts';
import { type Held, LOCK, lock } from './lock.ts';
import { readManifest } from './manifest.ts';
import { STUDENTS } from './student-files.ts';

/** What is to be written to a folder, and what it is made from. */
export interface Purpose {
  /** The title of the assignment. */
  readonly title: string;
  /** Files and folders that must stay as they are. */
  readonly inputs: readonly string[];
}

/**
 * Makes a folder for results, and keeps other batches out of it until it is released. Refused, before anything is
 * written: a folder that holds something else, results of another assignment, and one that would mix with the inputs.
 */
export async function holdResults(
  out: string,
  purpose: Purpose,
  waiting?: (host: string) => void,
): Promise<Held> {
  for (const input of purpose.inputs) await refuseMixing(out, input);
  await refuseForeign(out, purpose.title);
  const made = await makeFolder(out);
  const held = await lock(out, waiting === undefined ? {} : { waiting });
  return {
    check: held.check,
    release: async () => {
      await held.release();
      await removeUnused(out, made);
    },
  };
}

/** The folders of the students must not be, hold or lie in what is read. */
async function refuseMixing(out: string, input: string): Promise<void> {
  const written = await realTarget(path.join(out, STUDENTS));
  const read = await realTarget(input);
  if (isWithin(written, read) || isWithin(read, written))
    throw new UserError({
      where: out,
      what: `results there would mix with ${input}, which they are made from`,
      fix: 'Choose a folder outside of it with --out.',
    });
}

function isWithin(inner: string, outer: string): boolean {
  const way = path.relative(outer, inner);
  return way !== '..' && !way.startsWith(`..${path.sep}`);
}

/** Where something is or would be, with symbolic links followed as far as there are any. */
async function realTarget(file: string): Promise<string> {
  const whole = path.resolve(file);
  const above = path.dirname(whole);
  return realpath(whole).catch(async () =>
    above === whole ? whole : path.join(await realTarget(above), path.basename(whole)),
  );
}

async function refuseForeign(out: string, title: string): Promise<void> {
  const names = (await readdir(out).catch(() => [])).filter((name) => !isJunk([name]));
  const manifest = await readManifest(out).catch(() => undefined);
  if (manifest !== undefined && manifest.spec.title !== title)
    throw new UserError({
      where: out,
      what: `it holds the results of another assignment, "${manifest.spec.title}"`,
      fix: `Choose another folder for "${title}" with --out.`,
    });
  // A batch that was killed early has left no more than its journal or its lock.
  const isOurs =
    manifest !== undefined ||
    names.includes(JOURNAL) ||
    names.some((name) => name.startsWith(LOCK)) ||
    names.every((name) => DECISION_FILES.includes(name));
  if (names.length > 0 && !isOurs)
    throw new UserError({
      where: out,
      what: 'it holds files that no batch wrote, and results could overwrite them',
      fix: 'Name an empty or a new folder with --out.',
    });
}

/** Makes a folder and those above it, and returns them, the uppermost first. */
async function makeFolder(out: string): Promise<readonly string[]> {
  const missing: string[] = [];
  let there = path.resolve(out);
  while (!(await exists(there))) {
    missing.unshift(there);
    there = path.dirname(there);
  }
  try {
    // One by one: where a file system makes no folders, as in /proc, mkdir would never end with `recursive`.
    for (const folder of missing) await mkdir(folder).catch(unlessThere);
    if (!(await stat(out)).isDirectory()) throw new Error('it is not a folder');
    await access(out, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new UserError({
      where: out,
      what: `results can't be written there: ${(error as Error).message}`,
      fix: 'Choose another folder with --out.',
    });
  }
  return missing;
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

/** A batch that was refused leaves nothing behind. */
async function removeUnused(out: string, made: readonly string[]): Promise<void> {
  const journal = path.join(out, JOURNAL);
  const names = await readdir(out).catch(() => []);
  if (names.some((name) => name !== JOURNAL)) return;
  if (names.length > 0 && (await stat(journal)).size > 0) return;
  await rm(journal, { force: true });
  for (const folder of made.toReversed()) await rmdir(folder).catch(() => {});
}
