import type { Json } from '../model/index.ts';
import type { Place } from './source-text.ts';

/** A YAML value that knows where it stands. */
export type Tree = ScalarTree | MapTree | SeqTree;
export type Path = readonly (string | number)[];

export interface ScalarTree {
  readonly kind: 'scalar';
  readonly value: null | boolean | number | string;
  /** As written, without quotes. */
  readonly written: string;
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded';
  readonly place: Place;
}

export interface Entry {
  readonly key: string;
  readonly keyPlace: Place;
  readonly value: Tree;
}

export interface MapTree {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
  readonly place: Place;
}

export interface SeqTree {
  readonly kind: 'seq';
  readonly items: readonly Tree[];
  readonly place: Place;
}

/** The plain value of a tree. */
export function plain(tree: Tree): Json {
  switch (tree.kind) {
    case 'scalar':
      return tree.value;
    case 'seq':
      return tree.items.map(plain);
    case 'map':
      return Object.fromEntries(tree.entries.map(({ key, value }) => [key, plain(value)]));
  }
}

/** The entry of a map under a key; nothing for what is no map. */
export function entryOf(tree: Tree | undefined, key: string): Entry | undefined {
  return tree?.kind === 'map' ? tree.entries.find((entry) => entry.key === key) : undefined;
}

/** The deepest part of a tree that a path leads to; for the last key its own place when `key` is asked for. */
export function find(tree: Tree, path: Path, part: 'key' | 'value' = 'value'): { place: Place; tree: Tree } {
  let current = tree;
  for (const [index, step] of path.entries()) {
    if (current.kind === 'map') {
      const entry = entryOf(current, String(step));
      if (!entry) break;
      if (part === 'key' && index === path.length - 1) return { place: entry.keyPlace, tree: entry.value };
      current = entry.value;
    } else if (current.kind === 'seq' && typeof step === 'number' && current.items[step]) {
      current = current.items[step];
    } else {
      break;
    }
  }
  return { place: firstLine(current), tree: current };
}

/** A map or list is underlined by its first character only. */
function firstLine(tree: Tree): Place {
  return tree.kind === 'scalar' ? tree.place : { ...tree.place, length: 1 };
}
