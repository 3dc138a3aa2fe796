import path from 'node:path';
import { suggest } from '../steps/scope.ts';
import { includeScenarios } from './include.ts';
import type { Library } from './library-entry.ts';
import { openSpec } from './open.ts';
import type { Problems } from './problems.ts';
import { type Entry, entryOf, type MapTree, type SeqTree, type Tree } from './tree.ts';

/** Reads a file that stands beside another; a string is the reason why it can't be read. */
export type LoadFile = (path: string, from: string) => Uint8Array | string;

/** What reading gets from outside. */
export interface Sources {
  readonly loadFile: LoadFile;
  readonly library: Library;
}

/** How many files may extend one another in a row. */
const LONGEST_CHAIN = 8;

interface Chain {
  readonly tree: MapTree;
  /** All files, the extending one first. */
  readonly texts: readonly string[];
  /** Whether nothing is missing: otherwise most of what could be said about the rest would be wrong. */
  readonly complete: boolean;
}

/**
 * Puts an assignment that `extends` another onto it. Maps merge key by key and lists replace, but known errors add up;
 * scenarios are found by their `id`: a known one is changed, or taken out with `remove: true`, and a new one comes at
 * the end.
 */
export function extendSpec(
  tree: MapTree,
  sources: Sources,
  problems: Problems,
  seen: readonly string[] = [],
): Chain {
  const { source } = tree.place;
  const texts = [source.text];
  const named = entryOf(tree, 'extends')?.value;
  const alone = named === undefined && entryOf(tree, 'include') === undefined;
  const own = removeNothing(tree, alone, problems);
  if (
    named !== undefined &&
    (named.kind !== 'scalar' || typeof named.value !== 'string' || named.value === '')
  )
    problems.add(
      tree,
      ['extends'],
      '"extends" is the name of a file',
      'write for instance extends: ./other.grade.yaml',
    );
  if (named?.kind !== 'scalar' || typeof named.value !== 'string' || named.value === '')
    return withIncluded(own, { texts, complete: named === undefined, sources, problems });
  const file = path.join(path.dirname(source.file), named.value);
  const files = [...seen, path.normalize(source.file)];
  if (files.includes(path.normalize(file)) || files.length >= LONGEST_CHAIN) {
    problems.add(
      tree,
      ['extends'],
      `${named.value} leads back to this file, or the chain of files is too long`,
      'extend a file that extends no other',
    );
    return { tree: own, texts, complete: false };
  }
  const content = sources.loadFile(named.value, source.file);
  if (typeof content === 'string') {
    problems.add(
      tree,
      ['extends'],
      `"${named.value}" can't be read: ${content}`,
      'the name is relative to this file',
    );
    return { tree: own, texts, complete: false };
  }
  const opened = openSpec(content, file, problems);
  if (!opened) {
    problems.add(tree, ['extends'], `"${named.value}" can't be extended until its mistakes are fixed`);
    return { tree: own, texts, complete: false };
  }
  const base = extendSpec(opened, sources, problems, files);
  return withIncluded(own, {
    texts: [...texts, ...base.texts],
    complete: base.complete,
    sources,
    problems,
    base: base.tree,
  });
}

interface Around extends Omit<Chain, 'tree'> {
  readonly sources: Sources;
  readonly problems: Problems;
  /** The file that it extends. */
  readonly base?: MapTree;
}

/** A file on the one that it extends; what it includes comes after the scenarios of that one, before its own. */
function withIncluded(own: MapTree, { texts, complete, sources, problems, base }: Around): Chain {
  const below = base ?? { ...own, entries: [] };
  const programs = mergeEntries(below.entries, own.entries, (_key, a, b) => mergeTree(a, b));
  const included = includeScenarios(own, { ...own, entries: programs }, sources.library, problems);
  if (included.scenarios.length === 0 && base === undefined) return { tree: own, texts, complete };
  const tree = mergeFile(withScenarios(below, included.scenarios, own), own, problems);
  return { tree, texts: [...texts, ...included.texts], complete };
}

/** A file with more scenarios behind its own. */
function withScenarios(base: MapTree, more: readonly Tree[], { place }: MapTree): MapTree {
  if (more.length === 0) return base;
  const found = entryOf(base, 'scenarios');
  const list = found?.value ?? { kind: 'seq', items: [], place };
  if (list.kind !== 'seq') return base;
  const value: SeqTree = { ...list, items: [...list.items, ...more] };
  const others = base.entries.filter(({ key }) => key !== 'scenarios');
  return { ...base, entries: [...others, { key: 'scenarios', keyPlace: place, ...found, value }] };
}

/** Without a file below there is nothing that could be removed. */
function removeNothing(tree: MapTree, alone: boolean, problems: Problems): MapTree {
  if (!alone) return tree;
  const scenarios = entryOf(tree, 'scenarios')?.value;
  for (const item of scenarios?.kind === 'seq' ? scenarios.items : []) {
    if (entryOf(item, 'remove'))
      problems.add(
        item,
        ['remove'],
        'there is nothing to remove, since this file extends no other and includes nothing',
        'delete the scenario',
        { part: 'key' },
      );
  }
  return tree;
}

function mergeFile(base: MapTree, own: MapTree, problems: Problems): MapTree {
  const kept = base.entries.filter(({ key }) => key !== 'extends' && key !== 'include');
  const merged = mergeEntries(kept, own.entries, (key, below, above) => {
    if (key === 'scenarios') return mergeScenarios(below, above, problems);
    if (key === 'params') return mergeParams(below, above);
    if (key === 'known_errors') return mergeLists(below, above);
    return mergeTree(below, above);
  });
  return { ...own, entries: merged };
}

function mergeEntries(
  below: readonly Entry[],
  above: readonly Entry[],
  merge: (key: string, below: Tree, above: Tree) => Tree,
): Entry[] {
  const upper = new Map(above.map((entry) => [entry.key, entry]));
  const changed = below.map((entry) => {
    const over = upper.get(entry.key);
    upper.delete(entry.key);
    return over ? { ...over, value: merge(entry.key, entry.value, over.value) } : entry;
  });
  return [...changed, ...upper.values()];
}

function mergeTree(below: Tree, above: Tree): Tree {
  if (below.kind !== 'map' || above.kind !== 'map') return above;
  return { ...above, entries: mergeEntries(below.entries, above.entries, (_key, a, b) => mergeTree(a, b)) };
}

/** Those of the extending file come first. */
function mergeLists(below: Tree, above: Tree): Tree {
  if (below.kind !== 'seq' || above.kind !== 'seq') return above;
  return { ...above, items: [...above.items, ...below.items] };
}

/** A bare value is a new default: what the parameter is about and its choices stay. */
function mergeParams(below: Tree, above: Tree): Tree {
  if (below.kind !== 'map' || above.kind !== 'map') return above;
  const entries = mergeEntries(below.entries, above.entries, (key, a, b) => {
    if (b.kind !== 'scalar' || a.kind !== 'map') return mergeTree(a, b);
    const keyPlace = above.entries.find((entry) => entry.key === key)?.keyPlace ?? b.place;
    const others = a.entries.filter((entry) => entry.key !== 'default');
    return { kind: 'map', entries: [{ key: 'default', keyPlace, value: b }, ...others], place: b.place };
  });
  return { ...above, entries };
}

function idOf(tree: Tree): string | undefined {
  const id = entryOf(tree, 'id')?.value;
  return id?.kind === 'scalar' && typeof id.value === 'string' ? id.value : undefined;
}

function mergeScenarios(below: Tree, above: Tree, problems: Problems): Tree {
  if (below.kind !== 'seq' || above.kind !== 'seq') return above;
  const known = below.items.map(idOf).filter((id) => id !== undefined);
  const changes = new Map<string, Tree>();
  const added: Tree[] = [];
  for (const item of above.items) {
    const id = idOf(item);
    const isChange = entryOf(item, 'remove') !== undefined || entryOf(item, 'steps') === undefined;
    if (id === undefined || (!known.includes(id) && !isChange) || changes.has(id)) added.push(item);
    else if (known.includes(id)) changes.set(id, item);
    else
      problems.add(
        item,
        ['id'],
        `nothing that is extended or included has a scenario "${id}" to change`,
        suggest(id, known),
      );
  }
  const items = below.items.flatMap((item): Tree[] => {
    const change = changes.get(idOf(item) ?? '');
    if (!change) return [item];
    return isRemoval(change, problems) ? [] : [mergeTree(item, change)];
  });
  return { ...above, items: [...items, ...added] } satisfies SeqTree;
}

function isRemoval(change: Tree, problems: Problems): boolean {
  const remove = entryOf(change, 'remove');
  if (!remove || change.kind !== 'map') return false;
  if (remove.value.kind !== 'scalar' || remove.value.value !== true)
    problems.add(change, ['remove'], '"remove" is true', 'write remove: true, or delete it');
  for (const { key, keyPlace } of change.entries) {
    if (key !== 'id' && key !== 'remove')
      problems.at(keyPlace, `"${key}" has no effect on a scenario that is removed`, 'delete it');
  }
  return true;
}
