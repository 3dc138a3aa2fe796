import type { Planned } from '../model/index.ts';
import { type FoundFile, filesBelow } from '../sandbox/read-file.ts';
import { inSlices } from '../sandbox/tree/steps.ts';
import { effectsOf } from '../steps/index.ts';
import { isSource } from '../steps/sources/index.ts';
import type { Way } from './way.ts';

/** Source files that are looked at, their bytes together, and of each. */
const MOST = { files: 2_000, bytes: 16 * 1024 * 1024, each: 1024 * 1024 };

/**
 * The source files that were handed in, where a scenario looks at them; a build could take away what it was made from, so
 * they are read before. Those that the assignment replaces are its own.
 */
export async function sourcesOf(
  { plans }: Planned,
  folder: string,
  ways: readonly Way[],
): Promise<ReadonlyMap<string, FoundFile> | undefined> {
  const effects = [...plans.values()].flat().flatMap(({ steps }) => steps.flatMap(effectsOf));
  if (!effects.some(({ kind }) => kind === 'reads_sources')) return undefined;
  const given = new Set(
    ways.flatMap(({ program: { helper, files = {} } }) => (helper ? [] : Object.keys(files))),
  );
  return inSlices(filesBelow(folder, (name) => isSource(name) && !given.has(name), MOST));
}
