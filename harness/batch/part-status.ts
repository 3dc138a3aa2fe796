import { existsSync } from 'node:fs';
import path from 'node:path';
import { defined } from '../base/defined.ts';
import { UserError } from '../base/user-error.ts';
import { JOURNAL, readJournal } from './journal.ts';
import { type Manifest, readManifest } from './manifest.ts';
import type { Result } from './result.ts';
import { type Running, rateOf, readRunning, secondsLeft } from './running.ts';
import type { Shard } from './shard.ts';

/** How far one part of a course is. */
export interface PartStatus {
  readonly folder: string;
  readonly shard?: Shard;
  readonly total: number;
  /** Submissions that have a result. */
  readonly done: number;
  readonly passed: number;
  readonly failed: number;
  /** Submissions without a grade for now. */
  readonly inconclusive: number;
  /** What its batch says; absent where none runs. */
  readonly running?: Running;
}

/** How far all parts are together. */
export interface WholeStatus {
  readonly title: string;
  readonly parts: readonly PartStatus[];
  readonly total: number;
  readonly done: number;
  /** Folders in which no batch has begun yet. */
  readonly waiting: readonly string[];
  /** Parts of a sharded batch that are not among them: 2 for `2/8`. */
  readonly missing: readonly number[];
  /** Submissions a minute, of all that run. */
  readonly rate: number;
  /** Seconds until the last of those that run is through, as far as is known. */
  readonly left?: number;
}

/**
 * Looks how far the parts of a course are, while they run and afterwards. Throws a UserError where none is the
 * folder of a batch, or one is of another assignment.
 */
export async function statusOf(folders: readonly string[]): Promise<WholeStatus> {
  const read = await Promise.allSettled(
    folders.map(async (folder) => ({ folder, manifest: await readManifest(folder) })),
  );
  const all = read.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const [first] = all;
  const wrong = read.find((one) => one.status === 'rejected');
  if (first === undefined && wrong !== undefined) throw wrong.reason;
  for (const { folder, manifest } of all)
    if (manifest.spec.title !== first?.manifest.spec.title)
      throw new UserError({
        where: folder,
        what: `it is of another assignment than ${first?.folder}: "${manifest.spec.title}"`,
        fix: 'Name the parts of one batch.',
      });
  const parts = await Promise.all(all.map(({ folder, manifest }) => partStatus(folder, manifest)));
  const sum = (pick: (part: PartStatus) => number) => parts.reduce((so, part) => so + pick(part), 0);
  const times = parts.flatMap(({ running }) => (running === undefined ? [] : (secondsLeft(running) ?? [])));
  return {
    title: first?.manifest.spec.title ?? '',
    parts,
    total: sum(({ total }) => total),
    done: sum(({ done }) => done),
    waiting: folders.filter((folder) => !all.some((one) => one.folder === folder)),
    missing: missingOf(parts),
    rate: sum(({ running }) => (running === undefined ? 0 : rateOf(running))),
    ...defined({ left: times.length === 0 ? undefined : Math.max(...times) }),
  };
}

function missingOf(parts: readonly PartStatus[]): readonly number[] {
  const count = parts.find(({ shard }) => shard !== undefined)?.shard?.count ?? 0;
  const there = new Set(parts.map(({ shard }) => shard?.index));
  return Array.from({ length: count }, (_, at) => at + 1).filter((index) => !there.has(index));
}

async function partStatus(folder: string, manifest: Manifest): Promise<PartStatus> {
  const results = await currentResults(folder, manifest);
  const running = await readRunning(folder);
  const count = (is: (result: Result) => boolean) => results.filter(is).length;
  const inconclusive = count(({ open }) => open !== undefined);
  const failed = count(({ open, status }) => open === undefined && status === 'fail');
  return {
    folder,
    total: manifest.submissions.length,
    done: results.length,
    passed: results.length - failed - inconclusive,
    failed,
    inconclusive,
    ...defined({ shard: manifest.shard, running }),
  };
}

/** What counts of the journal, which may be written to at this moment: what is not whole in it comes later. */
async function currentResults(folder: string, { keys }: Manifest): Promise<readonly Result[]> {
  const file = path.join(folder, JOURNAL);
  if (!existsSync(file)) return [];
  const { results } = await readJournal(file);
  return [...results.values()].filter(({ id, key }) => keys[id] === key);
}
