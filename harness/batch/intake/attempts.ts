import { groupBy } from './group-by.ts';
import { type NameEvidence, restoreNames } from './restore-names.ts';
import type { Piece } from './source.ts';

/** The pieces of one student that count, and what does not since something newer came. */
export interface Chosen {
  readonly key: string;
  readonly pieces: readonly Piece[];
  /** File names to be used, by piece. */
  readonly names: ReadonlyMap<Piece, string>;
  readonly earlier: readonly string[];
}

/** Puts pieces together by student; the newest attempt counts. */
export async function chooseAttempts(
  pieces: readonly Piece[],
  evidence: NameEvidence,
): Promise<readonly Chosen[]> {
  const chosen: Chosen[] = [];
  for (const [key, all] of groupBy(pieces, (piece) => piece.key)) {
    const newest = all.map(({ attempt }) => attempt).reduce((a, b) => (compare(a, b) >= 0 ? a : b));
    const current = all.filter(({ attempt }) => attempt === newest);
    const { kept, replaced } = await restoreNames(current, evidence);
    const older = all.filter(({ attempt }) => attempt !== newest);
    chosen.push({
      key,
      pieces: [...kept.keys()],
      names: kept,
      earlier: [...older, ...replaced].map(({ entry }) => entry).sort(compare),
    });
  }
  return chosen;
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
