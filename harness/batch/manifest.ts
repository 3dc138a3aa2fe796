import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { UserError } from '../base/user-error.ts';
import type { LatePolicy, Report, Visibility } from '../model/index.ts';
import type { Lateness } from './late.ts';
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
  readonly isolation: Report['isolation'];
  readonly scenarios: readonly ManifestScenario[];
  readonly shard?: Shard;
  /** `null` when there is none; older versions did not write it. */
  readonly latePolicy?: LatePolicy | null;
  /** Submissions that belong to other parts. */
  readonly elsewhere: readonly string[];
  /** By submission, where there is something to say. */
  readonly lateness: { readonly [id: string]: Lateness };
  /** What a submission's result must be keyed by to count. */
  readonly keys: { readonly [id: string]: string };
}

/** Submissions that none of the merged parts has. */
export function inNoPart({ shard, elsewhere }: Manifest): readonly string[] {
  return shard === undefined ? elsewhere : [];
}

const FILE = 'batch.json';

export function writeManifest(out: string, manifest: Manifest): Promise<void> {
  return put(path.join(out, FILE), `${JSON.stringify(manifest, undefined, 1)}\n`);
}

const outline = v.looseObject({
  schema: v.literal('socket-grader/batch/v1'),
  grader: v.object({ version: v.string() }),
  spec: v.object({ title: v.string(), file: v.string(), fingerprint: v.string() }),
  submissions: v.array(v.looseObject({ id: v.string() })),
  elsewhere: v.array(v.string()),
});

/** The manifest of a folder that a batch wrote; throws a UserError when it is none. */
export async function readManifest(out: string): Promise<Manifest> {
  const fail = (what: string): never => {
    throw new UserError({ where: out, what, fix: 'Give the --out folder of a batch.' });
  };
  const text = await readFile(path.join(out, FILE), 'utf8').catch(() => undefined);
  if (text === undefined) return fail(`it is no result of a batch: there is no ${FILE}`);
  try {
    const read: unknown = JSON.parse(text);
    v.assert(outline, read);
    return read as unknown as Manifest;
  } catch {
    return fail(`its ${FILE} can't be read`);
  }
}
