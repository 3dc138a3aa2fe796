import { cp, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { defined } from '../base/defined.ts';
import { UserError } from '../base/user-error.ts';
import { latenesses, withTimes } from './apply-late.ts';
import { type Decisions, joinDecisions, placeStudents } from './decisions/decisions.ts';
import { resolveExtensions } from './decisions/extensions.ts';
import { type Roster, readRoster } from './gradebook/roster.ts';
import { JOURNAL, writeJournal } from './journal.ts';
import { type Manifest, readManifest, writeManifest } from './manifest.ts';
import { type GradebookOptions, gradebookOptionsOf } from './options.ts';
import { type Outcome, writeOutputs } from './outputs.ts';
import { type Part, readPart, refuseDifferent } from './parts.ts';
import type { Result } from './result.ts';
import { holdResults } from './results-folder.ts';
import { STUDENTS, studentFolder } from './student-files.ts';
import type { Submission } from './types.ts';

export interface MergeOptions extends GradebookOptions {
  /** Folders that batches wrote. */
  readonly folders: readonly string[];
  readonly out: string;
}

/** The outcome of merging: submissions that no part has graded, and those that several parts have. */
export interface Merged extends Outcome {
  readonly missing: readonly string[];
  readonly doubled: readonly string[];
}

/** What the parts have together. */
interface Joined {
  readonly submissions: ReadonlyMap<string, Submission>;
  readonly results: ReadonlyMap<string, Result>;
  /** The part that a submission's result is from. */
  readonly from: ReadonlyMap<string, string>;
  readonly doubled: readonly string[];
}

/** Joins the results of several batches, parts of one, into one folder with one gradebook and one index. */
export async function merge({ folders, out, ...options }: MergeOptions): Promise<Merged> {
  const roster = options.roster === undefined ? undefined : await readRoster(options.roster);
  const parts: Part[] = [];
  for (const folder of folders) parts.push(await readPart(folder));
  const [first] = parts;
  if (!first)
    throw new UserError({
      where: 'merge',
      what: 'no folder is named',
      fix: 'Name the folders of the parts.',
    });
  for (const part of parts) refuseDifferent(first, part);
  const decisions = joinDecisions(out, folders, options, first.manifest.scenarios);
  await refuseBatch(out);
  const held = await holdResults(out, { title: first.manifest.spec.title, inputs: folders });
  try {
    const joined = join(parts);
    const { results, from, doubled } = joined;
    const manifest = manifestOf(first.manifest, parts, joined, { roster, decisions, options });
    await writeManifest(out, manifest);
    // What an earlier merge has left belongs to no part any more.
    await rm(path.join(out, JOURNAL), { force: true });
    await rm(path.join(out, STUDENTS), { recursive: true, force: true });
    for (const [id, folder] of from) await copyStudent(folder, out, id);
    // Files first, as a batch does: what stands in the journal is there.
    await writeJournal(path.join(out, JOURNAL), results.values());
    const outcome = await writeOutputs(out, { manifest, results, roster, decisions }, options);
    const everybody = [...manifest.submissions.map(({ id }) => id), ...manifest.elsewhere];
    return { ...outcome, missing: everybody.filter((id) => !results.has(id)).sort(), doubled };
  } finally {
    await held.release();
  }
}

/** What was merged can be merged again; what a batch has graded itself can't. */
async function refuseBatch(out: string): Promise<void> {
  const journal = await stat(path.join(out, JOURNAL)).catch(() => undefined);
  if (journal !== undefined && (await readManifest(out)).merged === undefined)
    throw new UserError({
      where: out,
      what: 'it holds the results of a batch itself, which merging would replace',
      fix: 'Choose another --out.',
    });
}

/** Of a submission that comes twice, the first that has a result is taken. */
function join(parts: readonly Part[]): Joined {
  const submissions = new Map<string, Submission>();
  const results = new Map<string, Result>();
  const from = new Map<string, string>();
  const doubled = new Set<string>();
  for (const { folder, manifest, results: own } of parts) {
    for (const submission of manifest.submissions) {
      const { id } = submission;
      const result = own.get(id);
      if (submissions.has(id)) doubled.add(id);
      if (!submissions.has(id) || (result !== undefined && !results.has(id))) submissions.set(id, submission);
      if (result === undefined || results.has(id)) continue;
      results.set(id, result);
      from.set(id, folder);
    }
  }
  return { submissions, results, from, doubled: [...doubled].sort() };
}

function manifestOf(
  { shard: _, gone: __, options: how = {}, ...whole }: Manifest,
  parts: readonly Part[],
  { submissions: known }: Joined,
  {
    roster,
    decisions,
    options,
  }: {
    readonly roster: Roster | undefined;
    readonly decisions: Decisions;
    readonly options: GradebookOptions;
  },
): Manifest {
  const { latePolicy: policyFile, due } = how;
  const lateOptions = defined({ latePolicy: policyFile, due });
  const sorted = [...known.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const { matches } = placeStudents(sorted, roster, decisions);
  const submissions = withTimes(sorted, matches);
  const { bySubmission } = resolveExtensions(decisions.extensions, submissions, { roster, matches });
  const missing = unique(parts.flatMap((part) => part.manifest.missing ?? []));
  const elsewhere = new Set(parts.flatMap(({ manifest }) => manifest.elsewhere));
  const { latePolicy } = whole;
  return {
    ...whole,
    merged: true,
    options: { ...lateOptions, ...gradebookOptionsOf(options) },
    submissions,
    elsewhere: [...elsewhere].filter((id) => !known.has(id)).sort(),
    refused: unique(parts.flatMap((part) => part.manifest.refused)),
    ...(missing.length === 0 ? {} : { missing }),
    // Results of an older version do not tell their policy.
    lateness:
      latePolicy === undefined
        ? Object.assign({}, ...parts.map((part) => part.manifest.lateness))
        : latenesses(submissions, latePolicy ?? undefined, bySubmission),
    keys: Object.assign({}, ...parts.map((part) => part.manifest.keys)),
  };
}

async function copyStudent(from: string, out: string, id: string): Promise<void> {
  const source = studentFolder(from, id);
  if (await stat(source).catch(() => undefined))
    await cp(source, studentFolder(out, id), { recursive: true, verbatimSymlinks: true });
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
