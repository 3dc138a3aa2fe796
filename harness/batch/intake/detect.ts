import { UserError } from '../../user-error.ts';
import { blackboard } from './blackboard.ts';
import { brightspace } from './brightspace.ts';
import { canvas } from './canvas.ts';
import { classroom50 } from './classroom50.ts';
import { gradescope } from './gradescope.ts';
import { moodle } from './moodle.ts';
import { plain } from './plain.ts';
import type { Entry, Piece, Source } from './source.ts';

/** Every source, by the name that `--from` takes; the first that fits is taken. */
export const SOURCES: Readonly<Record<string, Source>> = {
  gradescope,
  moodle,
  brightspace,
  blackboard,
  canvas,
  classroom50,
  plain,
};

/** What was found: the source, its pieces, and the names of entries that belong to nobody. */
export interface Detected {
  readonly source: string;
  readonly pieces: readonly Piece[];
  readonly strange: readonly string[];
}

/** Finds out which system named these entries: the one that recognises at least half of them. */
export async function detect(
  entries: readonly Entry[],
  readFile: (name: string) => Promise<string>,
  wanted?: string,
): Promise<Detected> {
  const names = wanted === undefined ? Object.keys(SOURCES) : [wanted];
  for (const name of names) {
    const source = SOURCES[name];
    if (!source) continue;
    const pieces = await source.read(entries, readFile);
    const own = entries.filter((entry) => source.sidecars?.test(entry.name) !== true);
    const known = new Set(pieces.map(({ entry }) => entry));
    if (wanted === undefined && (known.size === 0 || known.size * 2 < own.length)) continue;
    const strange = own.filter((entry) => !known.has(entry.name)).map((entry) => entry.name);
    return { source: name, pieces, strange };
  }
  throw new UserError({
    where: 'submissions',
    what: 'there is nothing in it',
    fix: 'Give the download of the course.',
  });
}
