import path from 'node:path';
import { readDecisions } from './decisions/decisions.ts';
import type { Done } from './gather.ts';
import { readRoster } from './gradebook/roster.ts';
import { JOURNAL, readJournal } from './journal.ts';
import { readManifest } from './manifest.ts';
import { readSimilar } from './similar.ts';

/**
 * Reads what a batch has left in a folder, with the roster and the decisions that it was made with. Throws a UserError
 * when there is no batch, or one of these can't be read.
 */
export async function readDone(out: string): Promise<Done> {
  const manifest = await readManifest(out);
  const { options = {} } = manifest;
  const { results } = await readJournal(path.join(out, JOURNAL)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return { results: new Map() };
    throw error;
  });
  const roster = options.roster === undefined ? undefined : await readRoster(options.roster);
  const decisions = readDecisions(out, options, manifest.scenarios);
  return { manifest, results, roster, decisions, similar: await readSimilar(out, manifest) };
}
