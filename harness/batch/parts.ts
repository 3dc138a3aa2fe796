import path from 'node:path';
import { UserError } from '../base/user-error.ts';
import { JOURNAL, readJournal } from './journal.ts';
import { type Manifest, readManifest } from './manifest.ts';
import type { Result } from './result.ts';

/** The results of a batch, as one of several that are joined. */
export interface Part {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly results: ReadonlyMap<string, Result>;
}

/** Reads what a batch has written; its journal must be whole. */
export async function readPart(folder: string): Promise<Part> {
  const manifest = await readManifest(folder);
  const file = path.join(folder, JOURNAL);
  const { results, whole } = await readJournal(file).catch((error: NodeJS.ErrnoException) => {
    // Folders that older versions have merged have none.
    const isLacking = error.code === 'ENOENT';
    throw new UserError({
      where: file,
      what: isLacking ? 'there is no journal' : `it can't be read: ${error.message}`,
      fix: isLacking ? 'If it was merged, merge its parts again.' : 'Give the --out folder of a batch.',
    });
  });
  if (!whole)
    throw new UserError({
      where: file,
      what: 'the journal is damaged',
      fix: 'Run that batch again: it goes on.',
    });
  const counting = [...results].filter(([id, { key }]) => manifest.keys[id] === key);
  return { folder, manifest, results: new Map(counting) };
}

/** Throws a UserError when two parts are not of one batch. */
export function refuseDifferent(first: Part, part: Part): void {
  const differs = (what: string): never => {
    throw new UserError({
      where: part.folder,
      what: `it was graded by ${what} than ${first.folder}`,
      fix: 'Grade all parts by the same specification, parameters, late policy and version.',
    });
  };
  const [a, b] = [first.manifest, part.manifest];
  const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  if (a.grader.version !== b.grader.version) differs('another version of the grader');
  if (a.spec.fingerprint !== b.spec.fingerprint) differs('another specification or other parameters');
  if (!same(a.settings, b.settings)) differs('other options or another seed');
  const areKnown = a.latePolicy !== undefined && b.latePolicy !== undefined;
  if (areKnown && !same(a.latePolicy, b.latePolicy)) differs('another late policy or due date');
  // Batches that are no shards are sections of a course, each with submissions of its own.
  if (a.shard !== undefined && b.shard !== undefined) refuseOtherInput(first, part);
}

/** Each shard of a batch knows of all submissions, its own and those of the others. */
function refuseOtherInput(first: Part, part: Part): void {
  const known = ({ manifest }: Part) =>
    new Set([...manifest.submissions.map(({ id }) => id), ...manifest.elsewhere]);
  const [mine, theirs] = [known(first), known(part)];
  const strange =
    [...theirs].find((id) => !mine.has(id)) ?? [...mine].find((id) => !theirs.has(id)) ?? undefined;
  if (strange === undefined && first.manifest.source === part.manifest.source) return;
  throw new UserError({
    where: part.folder,
    what: `it was made from other submissions than ${first.folder}${strange === undefined ? '' : `: only one of them knows of ${strange}`}`,
    fix: 'Grade all parts from the same download.',
  });
}
