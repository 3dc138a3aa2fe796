import type { Document } from './document.ts';
import { libraries } from './load.ts';
import { type Tile, tilesOf } from './tiles.ts';

/**
 * Tokens of a fingerprint, and of how many fingerprints in a row one is kept. Whatever is the same for as long as both
 * together is found.
 */
const RUN = 14;
const WINDOW = 7;
/** Tokens in a row that must be the same to count: about three lines, since programs of one assignment call the same functions. */
const SHORTEST = RUN + WINDOW - 1;
/** Alike tokens below which two small programs are not named: about five lines. */
const LEAST = 40;
/** Pairs are looked at closely from this share of the threshold on: what fingerprints say is rough. */
const ROUGH = 0.5;

/** Two submissions that are alike. */
export interface Pair {
  readonly left: Document;
  readonly right: Document;
  /** How much of both together is the same, from 0 to 1. */
  readonly similarity: number;
  /** How much of the left one is in the right one, and the other way round, from 0 to 1. */
  readonly of: readonly [number, number];
  /** The stretches that are the same, the longest first. */
  readonly tiles: readonly Tile[];
}

/** A submission with what tells it apart. */
interface Entry {
  readonly document: Document;
  /** Whether a token is the course's own. */
  readonly given: readonly boolean[];
  /** Tokens that are not. */
  readonly own: number;
  /** By fingerprint, where it stands. */
  readonly prints: ReadonlyMap<number, readonly number[]>;
  /** All places of fingerprints. */
  readonly places: number;
}

/** What is not compared, and from which similarity on a pair is named, from 0 to 1. */
export interface CompareOptions {
  /** What the course handed out. @default nothing */
  readonly starter?: Document | undefined;
  readonly threshold: number;
}

/**
 * Finds the pairs of submissions that are alike: by their tokens, so that names, texts, numbers, types, comments and layout
 * make no difference, and functions may stand in another order. The most alike come first.
 */
export function compare(
  documents: readonly Document[],
  { starter, threshold }: CompareOptions,
): readonly Pair[] {
  const handedOut = runsOf(starter?.kinds ?? []);
  const entries = documents.map((document) => entryOf(document, handedOut));
  return candidates(entries, threshold * ROUGH)
    .map(([left, right]) => pairOf(left, right))
    .filter(({ similarity, tiles }) => similarity >= threshold && matched(tiles) >= LEAST)
    .toSorted((a, b) => b.similarity - a.similarity || matched(b.tiles) - matched(a.tiles));
}

function matched(tiles: readonly Tile[]): number {
  return tiles.reduce((sum, { length }) => sum + length, 0);
}

/** Every run of tokens of the length of a fingerprint. */
function runsOf(kinds: readonly string[]): ReadonlySet<string> {
  const runs = new Set<string>();
  for (let at = 0; at + RUN <= kinds.length; at++) runs.add(runAt(kinds, at));
  return runs;
}

function runAt(kinds: readonly string[], at: number): string {
  return kinds.slice(at, at + RUN).join('\n');
}

function entryOf(document: Document, handedOut: ReadonlySet<string>): Entry {
  const { kinds, tokens } = document;
  const given = tokens.map(({ kind }) => kind === '');
  if (handedOut.size > 0)
    for (let at = 0; at + RUN <= kinds.length; at++)
      if (handedOut.has(runAt(kinds, at))) given.fill(true, at, at + RUN);
  const prints = new Map<number, number[]>();
  let places = 0;
  const filter = new (libraries().WinnowFilter)(RUN, WINDOW);
  for (const { hash, start } of filter.fingerprints([...kinds])) {
    if (given.slice(start, start + RUN).includes(true)) continue;
    places++;
    const known = prints.get(hash);
    if (known) known.push(start);
    else prints.set(hash, [start]);
  }
  return { document, given, own: given.filter((one) => !one).length, prints, places };
}

/** The pairs that may be alike, by how many of their fingerprints they share. */
function candidates(entries: readonly Entry[], threshold: number): readonly (readonly [Entry, Entry])[] {
  const holders = new Map<number, number[]>();
  entries.forEach(({ prints }, index) => {
    for (const hash of prints.keys()) holders.set(hash, [...(holders.get(hash) ?? []), index]);
  });
  const count = entries.length;
  /** How many places of the first are shared with the second. */
  const shared = new Uint32Array(count * count);
  for (const [hash, all] of holders)
    for (const one of all) {
      const places = entries[one]?.prints.get(hash)?.length ?? 0;
      for (const other of all) shared[one * count + other] = (shared[one * count + other] ?? 0) + places;
    }
  const found: (readonly [Entry, Entry])[] = [];
  entries.forEach((left, i) => {
    for (let j = i + 1; j < count; j++) {
      const right = entries[j];
      if (right === undefined) continue;
      const both = (shared[i * count + j] ?? 0) + (shared[j * count + i] ?? 0);
      if (both > 0 && both >= threshold * (left.places + right.places)) found.push([left, right]);
    }
  });
  return found;
}

function pairOf(left: Entry, right: Entry): Pair {
  const tiles = tilesOf(left, right, SHORTEST);
  const alike = matched(tiles);
  const share = (whole: number) => (whole === 0 ? 0 : alike / whole);
  return {
    left: left.document,
    right: right.document,
    similarity: share((left.own + right.own) / 2),
    of: [share(left.own), share(right.own)],
    tiles,
  };
}
