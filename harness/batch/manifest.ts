import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { UserError } from '../base/user-error.ts';
import type { LatePolicy, Report, Visibility } from '../model/index.ts';
import type { Lateness } from './late.ts';
import { manifestSchema } from './manifest-schema.ts';
import type { GradebookOptions, LateOptions } from './options.ts';
import type { Shard } from './shard.ts';
import { put } from './student-files.ts';
import type { Intake } from './types.ts';

/** A scenario as gradebook and index need it. */
export interface ManifestScenario {
  readonly id: string;
  readonly title: string;
  readonly points: number;
  readonly visibility: Visibility;
}

/** What a batch was made from and by: with the journal, all that the gradebook and the index are made from. */
export interface Manifest extends Intake {
  readonly schema: 'socket-grader/batch/v1';
  readonly grader: { readonly version: string };
  readonly spec: { readonly title: string; readonly file: string; readonly fingerprint: string };
  readonly settings: unknown;
  /** How gradebooks were made, so that they can be made again. */
  readonly options?: GradebookOptions & LateOptions;
  readonly isolation: Report['isolation'];
  readonly scenarios: readonly ManifestScenario[];
  readonly shard?: Shard;
  /** It was joined from several batches, and can be made again from them. */
  readonly merged?: true;
  /** `null` when there is none; older versions did not write it. */
  readonly latePolicy?: LatePolicy | null;
  /** Submissions that belong to other parts. */
  readonly elsewhere: readonly string[];
  /** Submissions that were graded here once, and that a later download does not have. */
  readonly gone?: readonly string[];
  /** By submission, where there is something to say. */
  readonly lateness: { readonly [id: string]: Lateness };
  /** What a submission's result must be keyed by to count. */
  readonly keys: { readonly [id: string]: string };
}

/** Submissions that none of the merged parts has. */
export function inNoPart({ shard, elsewhere }: Manifest): readonly string[] {
  return shard === undefined ? elsewhere : [];
}

/** Its name in the folder of the results. */
export const MANIFEST = 'batch.json';

/** Writes it with checksums at its end, so that what is lost or changed in it is noticed. */
export function writeManifest(out: string, manifest: Manifest): Promise<void> {
  const text = JSON.stringify({ ...manifest, ...checksums(manifest) }, undefined, 1);
  return put(path.join(out, MANIFEST), `${text}\n`);
}

/** The manifest of a folder that a batch wrote; throws a UserError when there is none, or it is damaged. */
export async function readManifest(out: string): Promise<Manifest> {
  const fail = (what: string, fix = 'Give the --out folder of a batch.'): never => {
    throw new UserError({ where: out, what, fix });
  };
  const text = await readFile(path.join(out, MANIFEST), 'utf8').catch(() => undefined);
  if (text === undefined) return fail(`it is not the result of a batch: there is no ${MANIFEST}`);
  const again = 'Run the same batch command again: it rewrites the file and keeps what was graded.';
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return fail(`its ${MANIFEST} can't be read: it is not whole`, again);
  }
  const result = v.safeParse(manifestSchema, read);
  if (!result.success) {
    const [issue] = result.issues;
    return fail(
      `its ${MANIFEST} is damaged: ${v.getDotPath(issue) ?? 'it'} is not what a batch writes`,
      again,
    );
  }
  const { sum, policySum, ...manifest } = read as Manifest & Partial<ReturnType<typeof checksums>>;
  const right = checksums(manifest);
  // Older versions wrote none, and no policy.
  const isChanged =
    (sum !== undefined && sum !== right.sum) ||
    (policySum !== undefined && manifest.latePolicy !== undefined && policySum !== right.policySum);
  if (isChanged) return fail(`its ${MANIFEST} is damaged: it was changed since a batch wrote it`, again);
  return manifest;
}

function checksums({ latePolicy, ...rest }: Manifest): { readonly sum: string; readonly policySum: string } {
  return { sum: checksum(rest), policySum: checksum(latePolicy ?? null) };
}

function checksum(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}
