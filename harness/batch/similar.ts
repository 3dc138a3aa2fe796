import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { UserError } from '../base/user-error.ts';
import { compare, type Document, documentOf, readSources, renderSimilar } from '../similarity/index.ts';
import { submissionFolder } from './intake/intake.ts';
import type { Manifest } from './manifest.ts';
import { put, STUDENT_FILES, STUDENTS } from './student-files.ts';
import type { Submission } from './types.ts';

/** How submissions are compared with each other. */
export interface SimilarOptions {
  /** Folders or files that the course handed out, which are not compared. */
  readonly starter: readonly string[];
  /** How much of two submissions must be the same for them to be named, from 0 to 1. */
  readonly threshold: number;
}

/** @default of `threshold`. Programs of one assignment that were written apart share a third at most, by trial. */
export const USUAL_THRESHOLD = 0.5;

/** Names of the files in the folder of the results: for people, and for the overview. */
export const SIMILAR_PAGE = 'similar.html';
const SIMILAR = 'similar.json';

const text = v.string();
const share = v.pipe(v.number(), v.finite());
const one = v.object({ id: text, sha256: text, of: share });
const similarSchema = v.object({
  schema: v.literal('socket-grader/similar/v1'),
  threshold: share,
  /** The most alike first, as in the page. `of` is how much of one is in the other, from 0 to 1. */
  pairs: v.array(v.object({ similarity: share, submissions: v.tuple([one, one]) })),
});

type Similar = v.InferOutput<typeof similarSchema>;

/** Two submissions that are alike, as the overview names them. */
export interface SimilarPair {
  readonly ids: readonly [string, string];
  /** From 0 to 1. */
  readonly similarity: number;
  /** Its place in the page. */
  readonly at: number;
}

/** The outcome of a comparison. */
export interface Compared {
  readonly submissions: number;
  readonly pairs: number;
}

/** Compares all submissions of a batch with each other, and writes a page for staff with the pairs that are alike. */
export async function compareBatch(
  out: string,
  manifest: Manifest,
  options: SimilarOptions,
): Promise<Compared> {
  const { starter, threshold } = options;
  const handedOut = starter.length === 0 ? undefined : await readStarter(starter);
  const documents: Document[] = [];
  const leftOut: string[] = [];
  for (const { id } of manifest.submissions) {
    const sources = await readSources(id, submissionFolder(out, id));
    leftOut.push(...sources.leftOut.map((name) => `${id}/${name}`));
    if (sources.files.length > 0) documents.push(documentOf(sources));
  }
  const pairs = compare(documents, { starter: handedOut, threshold });
  const submissions = new Map(manifest.submissions.map((submission) => [submission.id, submission]));
  const known = ({ id }: Document, of: number) => ({ id, sha256: submissions.get(id)?.sha256 ?? '', of });
  const similar: Similar = {
    schema: 'socket-grader/similar/v1',
    threshold,
    pairs: pairs.map(({ left, right, similarity, of }) => ({
      similarity,
      submissions: [known(left, of[0]), known(right, of[1])],
    })),
  };
  const page = renderSimilar({
    title: manifest.spec.title,
    pairs,
    threshold,
    compared: documents.length,
    leftOut,
    hasStarter: handedOut !== undefined,
    nameOf: (id) => describe(submissions.get(id)),
    addressOf: (id) => `${STUDENTS}/${encodeURIComponent(id)}/${STUDENT_FILES.staff}`,
  });
  await put(path.join(out, SIMILAR_PAGE), page);
  await put(path.join(out, SIMILAR), `${JSON.stringify(similar, undefined, 1)}\n`);
  return { submissions: documents.length, pairs: pairs.length };
}

/** Throws a UserError where nothing of what was handed out is there, or is a source text. */
export async function readStarter(paths: readonly string[]): Promise<Document> {
  const all = [];
  for (const given of paths) {
    const { files } = await readSources('', given).catch((error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT';
      throw new UserError({
        where: given,
        what: isMissing ? 'there is no such file or folder' : `it can't be read: ${error.message}`,
        fix: 'Name what the course handed out with --starter.',
      });
    });
    if (files.length === 0)
      throw new UserError({
        where: given,
        what: 'there is no source file that would be compared',
        fix: 'Name the folder with the code that the course handed out, unpacked.',
      });
    all.push(...files);
  }
  return documentOf({ id: '', files: all });
}

/** The pairs that were found when submissions were last compared, but for those that were handed in again since. */
export async function readSimilar(out: string, manifest: Manifest): Promise<readonly SimilarPair[]> {
  const read = await readFile(path.join(out, SIMILAR), 'utf8').catch(() => undefined);
  if (read === undefined) return [];
  const parsed = v.safeParse(v.pipe(text, v.parseJson(), similarSchema), read);
  if (!parsed.success) return [];
  const now = new Map(manifest.submissions.map(({ id, sha256 }) => [id, sha256]));
  return parsed.output.pairs.flatMap(({ similarity, submissions: [left, right] }, at) => {
    const isStill = now.get(left.id) === left.sha256 && now.get(right.id) === right.sha256;
    return isStill ? [{ ids: [left.id, right.id] as const, similarity, at }] : [];
  });
}

function describe(submission: Submission | undefined): string {
  const names = submission?.students.map(({ name = '' }) => name).filter((name) => name !== '') ?? [];
  return names.join(', ');
}
