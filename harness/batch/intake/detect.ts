import type { Refused } from '../archive/target.ts';
import { autolab } from './autolab.ts';
import { isForStaff } from './beside.ts';
import { blackboard } from './blackboard.ts';
import { brightspace } from './brightspace.ts';
import { canvas } from './canvas.ts';
import { classroom50 } from './classroom50.ts';
import { gradescope } from './gradescope.ts';
import { moodle } from './moodle.ts';
import { plain } from './plain.ts';
import type { Entry, Piece, Source, Surroundings } from './source.ts';

/** Every source, by the name that `--from` takes; the first that fits is taken. */
export const SOURCES: Readonly<Record<string, Source>> = {
  gradescope,
  moodle,
  brightspace,
  blackboard,
  autolab,
  canvas,
  classroom50,
  plain,
};

/** What was found: the source, its pieces, and the entries that belong to no student. */
export interface Detected {
  readonly source: string;
  readonly pieces: readonly Piece[];
  readonly strange: readonly Refused[];
  /** What should have come along and did not. */
  readonly missing: readonly Refused[];
}

/**
 * Finds out which system named these entries: the wanted one when it recognises any, else the first that recognises at
 * least half of them. Undefined when there is none.
 */
export async function detect(
  entries: readonly Entry[],
  around: Surroundings,
  wanted?: string,
): Promise<Detected | undefined> {
  for (const [name, source] of Object.entries(SOURCES)) {
    if (wanted !== undefined && name !== wanted) continue;
    const { pieces, missing = [] } = await source.read(entries, around);
    const own = entries.filter((entry) => source.sidecars?.test(entry.name) !== true);
    const known = new Set(pieces.map(({ entry }) => entry));
    const enough = wanted !== undefined || source === plain ? 1 : own.length / 2;
    if (known.size === 0 || known.size < enough) continue;
    const strange = own.filter((entry) => !known.has(entry.name)).map(source.strange ?? notNamedSo);
    return { source: name, pieces, strange, missing };
  }
  return undefined;
}

function notNamedSo({ name, folder }: Entry): Refused {
  const harmless = !folder && isForStaff(name);
  return {
    name,
    why: 'its name is not that of a submission',
    ...(harmless ? { harmless } : {}),
  };
}
