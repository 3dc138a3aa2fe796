import { cp, mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../user-error.ts';
import { readRoster } from './gradebook/roster.ts';
import { readJournal } from './journal.ts';
import { lock } from './lock.ts';
import { type Manifest, readManifest, writeManifest } from './manifest.ts';
import type { GradebookOptions } from './options.ts';
import { type Outcome, writeOutputs } from './outputs.ts';
import type { Result } from './result.ts';
import { studentFolder } from './student-files.ts';
import type { Submission } from './types.ts';

export interface MergeOptions extends GradebookOptions {
  /** Folders that batches wrote. */
  readonly folders: readonly string[];
  readonly out: string;
}

/** What merging came to: submissions that no part has graded, and those that several parts have. */
export interface Merged extends Outcome {
  readonly missing: readonly string[];
  readonly doubled: readonly string[];
}

interface Part {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly results: ReadonlyMap<string, Result>;
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
  if (folders.some((folder) => path.resolve(folder) === path.resolve(out)))
    throw new UserError({ where: out, what: 'it is one of the parts', fix: 'Choose another --out.' });
  await mkdir(out, { recursive: true });
  const held = await lock(out);
  try {
    const { submissions, results, doubled } = await join(parts, out);
    const known = new Set(submissions.map(({ id }) => id));
    const everybody = new Set(parts.flatMap(({ manifest }) => [...manifest.elsewhere, ...known]));
    const missing = [...everybody].filter((id) => !results.has(id)).sort();
    const { shard: _, ...whole } = first.manifest;
    const manifest: Manifest = {
      ...whole,
      submissions: submissions.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      elsewhere: [...everybody].filter((id) => !known.has(id)).sort(),
      refused: unique(parts.flatMap((part) => part.manifest.refused)),
      lateness: Object.assign({}, ...parts.map((part) => part.manifest.lateness)),
      keys: Object.assign({}, ...parts.map((part) => part.manifest.keys)),
    };
    await writeManifest(out, manifest);
    const outcome = await writeOutputs(out, { manifest, results, roster }, options);
    return { ...outcome, missing, doubled };
  } finally {
    await held.release();
  }
}

async function readPart(folder: string): Promise<Part> {
  const manifest = await readManifest(folder);
  const file = path.join(folder, 'journal.jsonl');
  const { results, whole } = await readJournal(file).catch((error: Error) => {
    throw new UserError({ where: file, what: `it can't be read: ${error.message}` });
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

function refuseDifferent(first: Part, part: Part): void {
  const differs = (what: string): never => {
    throw new UserError({
      where: part.folder,
      what: `it was graded by ${what} than ${first.folder}`,
      fix: 'Grade all parts by the same specification, parameters and version.',
    });
  };
  const [a, b] = [first.manifest, part.manifest];
  if (a.grader.version !== b.grader.version) differs('another version of the grader');
  if (a.spec.fingerprint !== b.spec.fingerprint) differs('another specification or other parameters');
  if (JSON.stringify(a.settings) !== JSON.stringify(b.settings)) differs('other options or another seed');
}

/** Copies the folders of the students; of a submission that comes twice, the first that has a result is taken. */
async function join(parts: readonly Part[], out: string) {
  const submissions = new Map<string, Submission>();
  const results = new Map<string, Result>();
  const doubled = new Set<string>();
  for (const { folder, manifest, results: own } of parts) {
    for (const submission of manifest.submissions) {
      const { id } = submission;
      const result = own.get(id);
      if (submissions.has(id)) doubled.add(id);
      if (!submissions.has(id) || (result !== undefined && !results.has(id))) submissions.set(id, submission);
      if (result === undefined || results.has(id)) continue;
      results.set(id, result);
      await copyStudent(folder, out, id);
    }
  }
  return { submissions: [...submissions.values()], results, doubled: [...doubled].sort() };
}

async function copyStudent(from: string, out: string, id: string): Promise<void> {
  const source = studentFolder(from, id);
  const target = studentFolder(out, id);
  await rm(target, { recursive: true, force: true });
  if (await stat(source).catch(() => undefined))
    await cp(source, target, { recursive: true, verbatimSymlinks: true });
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
