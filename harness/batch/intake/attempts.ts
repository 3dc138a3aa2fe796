import { defined } from '../../base/defined.ts';
import type { Refused } from '../archive/target.ts';
import { groupBy } from './group-by.ts';
import { type NameEvidence, restoreNames } from './restore-names.ts';
import type { Piece } from './source.ts';

/** The pieces of one student that count, and what does not. */
export interface Chosen {
  readonly key: string;
  readonly label: string;
  readonly students: Piece['students'];
  readonly team?: string;
  readonly pieces: readonly Piece[];
  /** File names to be used, by piece. */
  readonly names: ReadonlyMap<Piece, string>;
  readonly earlier: readonly string[];
  /** Attempts of which it is not known which is the newest: none counts. */
  readonly undecided: readonly Refused[];
}

/** Puts pieces together by student; the newest attempt counts. */
export async function chooseAttempts(
  pieces: readonly Piece[],
  evidence: NameEvidence,
): Promise<readonly Chosen[]> {
  const chosen: Chosen[] = [];
  for (const [key, all] of groupBy(pieces, (piece) => piece.key)) {
    const { label = key, students = [], team } = all[0] ?? {};
    const about = { key, label, students, ...defined({ team }) };
    const undecided = undecidedAttempts(all);
    if (undecided.length > 0) {
      chosen.push({ ...about, pieces: [], names: new Map(), earlier: [], undecided });
      continue;
    }
    const newest = all.map(({ attempt = '' }) => attempt).reduce((a, b) => (compare(a, b) >= 0 ? a : b));
    const current = all.filter(({ attempt = '' }) => attempt === newest);
    const { kept, replaced } = await restoreNames(current, evidence);
    const older = all.filter(({ attempt = '' }) => attempt !== newest);
    chosen.push({
      ...about,
      pieces: [...kept.keys()],
      names: kept,
      earlier: [...older, ...replaced].map(({ entry }) => entry).sort(compare),
      undecided,
    });
  }
  return chosen;
}

function undecidedAttempts(all: readonly Piece[]): readonly Refused[] {
  if (all.length < 2 || all.every(({ attempt }) => attempt !== undefined)) return [];
  return all.map(({ entry }) => ({
    name: entry,
    why: `it is one of ${all.length} attempts, and their names don't tell which is the newest`,
  }));
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
