import { isAlias, isMap, isScalar, isSeq, type Node, type ParsedNode, type Scalar } from 'yaml';
import { type Diagnostic, diagnosticAt } from './diagnostic.ts';
import type { Place, SourceText } from './source-text.ts';
import type { Entry, MapTree, ScalarTree, Tree } from './tree.ts';

/** A file that unfolds to more values than this (by aliases) is refused. */
const MOST_VALUES = 50_000;
/** How deep values may be nested. */
export const DEEPEST = 60;

/** Stops the reading of a file, with the reason. */
export class Refused extends Error {
  readonly place: Place;
  readonly fix: string | undefined;
  constructor(place: Place, message: string, fix?: string) {
    super(message);
    this.place = place;
    this.fix = fix;
  }
}

const STYLES: Readonly<Record<string, ScalarTree['style']>> = {
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

/** Makes a tree of the YAML reader's nodes, aliases unfolded. */
export class Converter {
  readonly #source: SourceText;
  readonly #problems: Diagnostic[];
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #values = 0;

  constructor(source: SourceText, problems: Diagnostic[]) {
    this.#source = source;
    this.#problems = problems;
  }

  /** `outer` is the place of what holds a node that has none of its own. */
  convert(node: Node | ParsedNode | null | undefined, outer: Place, depth: number): Tree {
    if (!node) return { kind: 'scalar', value: null, written: '', style: 'plain', place: outer };
    const place = this.#placeOf(node, outer);
    if (++this.#values > MOST_VALUES)
      throw new Refused(place, `the file unfolds to more than ${MOST_VALUES} values`, 'use fewer aliases');
    if (depth > DEEPEST) throw new Refused(place, `the file is nested deeper than ${DEEPEST} levels`);
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (!target)
        throw new Refused(place, `unknown alias *${node.source}`, 'to begin a text with "*", quote it');
      if (this.#open.has(target)) throw new Refused(place, `*${node.source} stands for itself`);
      return this.convert(target, place, depth + 1);
    }
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isScalar(node)) return this.#scalar(node, place);
    this.#open.add(node);
    const tree = this.#collection(node, place, depth);
    this.#open.delete(node);
    return tree;
  }

  #placeOf(node: Node, outer: Place): Place {
    const [from, to] = node.range ?? [outer.start, outer.start + 1];
    return { source: this.#source, start: from, length: Math.max(1, to - from) };
  }

  #scalar(node: Scalar, place: Place): ScalarTree {
    const { value, source, type } = node;
    const style = STYLES[type ?? ''] ?? 'plain';
    const written = source ?? String(value ?? '');
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new Refused(place, `${written} is not a usable number`);
    if (
      value === null ||
      typeof value === 'boolean' ||
      typeof value === 'number' ||
      typeof value === 'string'
    )
      return { kind: 'scalar', value, written, style, place };
    throw new Refused(place, 'this kind of value is not supported');
  }

  #collection(node: Node, place: Place, depth: number): Tree {
    if (isSeq(node))
      return {
        kind: 'seq',
        items: node.items.map((item) => this.convert(item as Node, place, depth + 1)),
        place,
      };
    if (!isMap(node)) throw new Refused(place, 'is neither a map, a list nor a plain value');
    const entries = new Map<string, Entry>();
    for (const { key, value } of node.items) {
      const entry = this.#entry(key as Node, value as Node | null, place, depth);
      const first = entries.get(entry.key);
      if (!first) entries.set(entry.key, entry);
      else {
        const { line } = this.#source.at(first.keyPlace.start);
        this.#problems.push(
          diagnosticAt(entry.keyPlace, `"${entry.key}" appears twice in this map, first on line ${line}`, {
            fix: 'remove one of them',
          }),
        );
      }
    }
    return { kind: 'map', entries: [...entries.values()], place } satisfies MapTree;
  }

  #entry(key: Node | null, value: Node | null, outer: Place, depth: number): Entry {
    const keyPlace = key ? this.#placeOf(key, outer) : outer;
    const tree = isAlias(key) ? this.convert(key, outer, depth + 1) : undefined;
    const name = isScalar(key)
      ? (key.source ?? String(key.value))
      : tree?.kind === 'scalar'
        ? tree.written
        : undefined;
    if (name === undefined)
      throw new Refused(keyPlace, 'a key is plain text', 'look for { } or [ ] that should be quoted');
    if (name === '<<')
      throw new Refused(keyPlace, 'merge keys are not supported', 'write the keys out, or use a template');
    if (name in {} || name === '$template')
      throw new Refused(keyPlace, `"${name}" can't be a key`, 'choose another name');
    return { key: name, keyPlace, value: this.convert(value, keyPlace, depth + 1) };
  }
}
