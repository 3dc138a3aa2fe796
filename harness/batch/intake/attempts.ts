import path from 'node:path';
import type { Piece } from './source.ts';

/** The pieces of one student that count, and what does not since something newer came. */
export interface Chosen {
  readonly key: string;
  readonly pieces: readonly Piece[];
  /** File names to be used, by piece. */
  readonly names: ReadonlyMap<Piece, string>;
  readonly earlier: readonly string[];
}

/** Puts pieces together by student; the newest attempt counts. `isExpected` knows the file names of the assignment. */
export function chooseAttempts(
  pieces: readonly Piece[],
  isExpected: (name: string) => boolean,
): readonly Chosen[] {
  const students = new Map<string, Piece[]>();
  for (const piece of pieces) {
    const known = students.get(piece.key);
    if (known) known.push(piece);
    else students.set(piece.key, [piece]);
  }
  return [...students].map(([key, all]) => {
    const newest = all.map(({ attempt }) => attempt).reduce((a, b) => (compare(a, b) >= 0 ? a : b));
    const current = all.filter(({ attempt }) => attempt === newest);
    const { kept, replaced } = restoreNames(current, isExpected);
    const older = all.filter(({ attempt }) => attempt !== newest);
    return {
      key,
      pieces: [...kept.keys()],
      names: kept,
      earlier: [...older, ...replaced].map(({ entry }) => entry).sort(compare),
    };
  });
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/**
 * Canvas adds `-1`, `-2` … to the name of a file that is handed in again. The name is put right where it is clear what
 * it was: the file stands alone, or beside one with the plain name, or the assignment asks for the plain name.
 */
function restoreNames(
  pieces: readonly Piece[],
  isExpected: (name: string) => boolean,
): { readonly kept: ReadonlyMap<Piece, string>; readonly replaced: readonly Piece[] } {
  const kept = new Map<Piece, string>();
  const replaced: Piece[] = [];
  const groups = new Map<string, Piece[]>();
  for (const piece of pieces) {
    const plain =
      piece.order === undefined ? (piece.file ?? '') : withoutNumber(piece.file ?? '', isExpected);
    const group = groups.get(plain);
    if (group) group.push(piece);
    else groups.set(plain, [piece]);
  }
  for (const [plain, group] of groups) {
    const versions = group.length === 1 || isExpected(plain) || group.some(({ file }) => file === plain);
    if (group[0]?.order === undefined || !versions) {
      for (const piece of group) kept.set(piece, piece.file ?? '');
      continue;
    }
    const [newest, ...others] = group.toSorted((a, b) => (b.order ?? 0) - (a.order ?? 0));
    if (newest) kept.set(newest, plain);
    replaced.push(...others);
  }
  return { kept, replaced };
}

function withoutNumber(file: string, isExpected: (name: string) => boolean): string {
  const { name, ext } = path.parse(file);
  const plain = name.replace(/-\d{1,3}$/, '');
  return plain === '' || isExpected(file) ? file : `${plain}${ext}`;
}
