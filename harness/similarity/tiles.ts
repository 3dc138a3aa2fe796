/** A stretch of tokens that two documents share. */
export interface Tile {
  /** Its first token in either. */
  readonly left: number;
  readonly right: number;
  /** In tokens. */
  readonly length: number;
}

/** What is needed of a document to find what it shares with another. */
interface Side {
  readonly document: { readonly kinds: readonly string[] };
  /** Tokens that are not compared. */
  readonly given: readonly boolean[];
  /** By fingerprint, where it stands. */
  readonly prints: ReadonlyMap<number, readonly number[]>;
}

/** A fingerprint that comes again and again in both (a table of numbers, say) is followed from so many pairs of places. */
const MOST_STARTS = 400;

/** The longest stretches that two documents share, none over another: each token counts once. */
export function tilesOf(left: Side, right: Side, shortest: number): readonly Tile[] {
  const stretches = stretchesOf(left, right).toSorted((a, b) => b.length - a.length || a.left - b.left);
  const takenLeft = new Uint8Array(left.document.kinds.length);
  const takenRight = new Uint8Array(right.document.kinds.length);
  const tiles: Tile[] = [];
  for (const stretch of stretches)
    for (const tile of freeParts(stretch, takenLeft, takenRight)) {
      if (tile.length < shortest) continue;
      takenLeft.fill(1, tile.left, tile.left + tile.length);
      takenRight.fill(1, tile.right, tile.right + tile.length);
      tiles.push(tile);
    }
  return tiles.toSorted((a, b) => b.length - a.length || a.left - b.left);
}

/** What is the same around each fingerprint that both have. */
function stretchesOf(left: Side, right: Side): Tile[] {
  const found: Tile[] = [];
  /** By how far the one is ahead of the other, where the last stretch ended there. */
  const followed = new Map<number, number>();
  const starts = [...left.prints].flatMap(([hash, places]) =>
    placePairs(places, right.prints.get(hash) ?? []),
  );
  for (const [at, other] of starts.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const ahead = at - other;
    if ((followed.get(ahead) ?? -1) > at) continue;
    const tile = stretchAt(left, right, at, other);
    if (tile === undefined) continue;
    followed.set(ahead, tile.left + tile.length);
    found.push(tile);
  }
  return found;
}

/** Each of the one with each of the other, as far as that is few enough. */
function placePairs(places: readonly number[], others: readonly number[]): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  for (const place of places)
    for (const other of others) {
      if (pairs.length === MOST_STARTS) return pairs;
      pairs.push([place, other]);
    }
  return pairs;
}

/** Undefined where only the hashes are the same. */
function stretchAt(left: Side, right: Side, at: number, other: number): Tile | undefined {
  const same = (by: number) => {
    const [i, j] = [at + by, other + by];
    const kind = left.document.kinds[i];
    return (
      kind !== undefined &&
      kind === right.document.kinds[j] &&
      left.given[i] === false &&
      right.given[j] === false
    );
  };
  if (!same(0)) return undefined;
  let from = 0;
  while (same(from - 1)) from--;
  let to = 1;
  while (same(to)) to++;
  return { left: at + from, right: other + from, length: to - from };
}

/** The parts of a stretch that are in no other yet, on either side. */
function freeParts({ left, right, length }: Tile, takenLeft: Uint8Array, takenRight: Uint8Array): Tile[] {
  const parts: Tile[] = [];
  let from = 0;
  for (let at = 0; at <= length; at++) {
    const isFree = at < length && takenLeft[left + at] === 0 && takenRight[right + at] === 0;
    if (isFree) continue;
    if (at > from) parts.push({ left: left + from, right: right + from, length: at - from });
    from = at + 1;
  }
  return parts;
}
