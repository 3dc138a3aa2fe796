import path from 'node:path';
import { isArchiveName } from '../archive/kind.ts';
import { groupBy } from './group-by.ts';
import { mentions } from './mentions.ts';
import type { Piece } from './source.ts';

/** What tells whether a name can be put right. */
export interface NameEvidence {
  /** How much the assignment asks for a file name. */
  asksFor(name: string): number;
  /** What a file holds. */
  read(entry: string): Promise<string>;
}

/** The pieces that count, with the names to be used, and those that a newer file of the same name replaces. */
export interface Restored {
  readonly kept: ReadonlyMap<Piece, string>;
  readonly replaced: readonly Piece[];
}

/**
 * Canvas adds `-1`, `-2` … to the name of a file that is handed in again, and a student may have done so as well. The
 * name is put right where that can't hurt: no other file needs it as it is, and the assignment asks for the plain name,
 * a file mentions it, or there is no other file.
 */
export async function restoreNames(pieces: readonly Piece[], evidence: NameEvidence): Promise<Restored> {
  const kept = new Map<Piece, string>();
  const replaced: Piece[] = [];
  const { newest, older } = newestOfEachName(pieces);
  replaced.push(...older);
  const groups = groupBy(newest, plainName);
  const texts = new Map<Piece, string>();
  for (const piece of newest.length > 1 && newest.some(isNumbered) ? newest : [])
    texts.set(piece, isArchiveName(piece.entry) ? '' : await evidence.read(piece.entry));
  for (const [plain, group] of groups) {
    if (!group.some(isNumbered) || !isRestored(plain, group)) {
      for (const piece of group) kept.set(piece, piece.file ?? '');
      continue;
    }
    const [last, ...others] = group.toSorted(byOrder);
    if (last) kept.set(last, plain);
    replaced.push(...others);
  }
  return { kept, replaced };

  function isRestored(plain: string, group: readonly Piece[]): boolean {
    const given = group.filter(isNumbered);
    const isNeeded = (piece: Piece) =>
      [...texts].some(([other, text]) => other !== piece && mentions(text, stem(piece.file)));
    if (given.some(isNeeded)) return false;
    const asked = given.map(({ file = '' }) => evidence.asksFor(file));
    const wanted = evidence.asksFor(plain);
    if (asked.some((wish) => wish > wanted)) return false;
    if (asked.every((wish) => wish < wanted)) return true;
    if (group.length > 1) return false;
    return newest.length === 1 || [...texts.values()].some((text) => mentions(text, stem(plain)));
  }
}

/** Of files with one name the newest counts, where it is known which that is. */
function newestOfEachName(pieces: readonly Piece[]): { newest: Piece[]; older: Piece[] } {
  const [newest, older]: [Piece[], Piece[]] = [[], []];
  for (const [, [last, ...others]] of groupBy(pieces.toSorted(byOrder), ({ file }) => file)) {
    if (last) newest.push(last);
    for (const piece of others) (piece.order === undefined ? newest : older).push(piece);
  }
  return { newest: pieces.filter((piece) => newest.includes(piece)), older };
}

function byOrder(a: Piece, b: Piece): number {
  return (b.order ?? 0) - (a.order ?? 0);
}

function plainName({ file = '', order }: Piece): string {
  const { name, ext } = path.parse(file);
  const plain = name.replace(/-\d{1,3}$/, '');
  return order === undefined || plain === '' ? file : `${plain}${ext}`;
}

function isNumbered(piece: Piece): boolean {
  return piece.order !== undefined && plainName(piece) !== piece.file;
}

function stem(file = ''): string {
  return path.parse(file).name;
}
