import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type YAMLParseError,
} from 'yaml';
import type { Json } from '../model.ts';
import type { Diagnostic } from './diagnostic.ts';

/** A YAML value that knows where it stands. */
export type Tree = ScalarTree | MapTree | SeqTree;

export interface Place {
  /** Offset of the first character in the source. */
  readonly start: number;
  readonly length: number;
}

export interface ScalarTree {
  readonly kind: 'scalar';
  readonly value: null | boolean | number | string;
  /** As written, without quotes. */
  readonly source: string;
  readonly place: Place;
}

export interface MapTree {
  readonly kind: 'map';
  readonly entries: readonly { readonly key: string; readonly keyPlace: Place; readonly value: Tree }[];
  readonly place: Place;
}

export interface SeqTree {
  readonly kind: 'seq';
  readonly items: readonly Tree[];
  readonly place: Place;
}

/** A parsed file: its tree, and a way from offsets to lines. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
  readonly tree: Tree;
  at(place: Place): { line: number; column: number };
}

/** Aliases may repeat nodes; a file that unfolds to more than this is refused. */
const MOST_NODES = 50_000;
const DEEPEST = 100;

/** Reads YAML 1.2 strictly: one document, no unknown tags, no double keys. */
export function parseSource(
  text: string,
  file: string,
): { source: SourceFile } | { diagnostics: Diagnostic[] } {
  const counter = new LineCounter();
  const at = (place: Place) => {
    const { line, col } = counter.linePos(place.start);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const complain = (place: Place, message: string, fix?: string): Diagnostic => ({
    severity: 'error',
    file,
    ...at(place),
    length: place.length,
    message,
    ...(fix === undefined ? {} : { fix }),
  });
  const start = { start: 0, length: 1 };
  let documents: ReturnType<typeof parseAllDocuments>;
  try {
    documents = parseAllDocuments(text, {
      lineCounter: counter,
      uniqueKeys: true,
      version: '1.2',
      merge: false,
    });
  } catch (error) {
    return {
      diagnostics: [complain(start, `is not YAML: ${String((error as Error).message).split('\n')[0]}`)],
    };
  }
  if (!Array.isArray(documents) || documents.length === 0 || documents[0]?.contents == null) {
    return {
      diagnostics: [
        complain(start, 'the file is empty', 'an assignment has at least title, programs and scenarios'),
      ],
    };
  }
  const [document, second] = documents;
  if (second)
    return {
      diagnostics: [
        complain(
          { start: second.range?.[0] ?? 0, length: 3 },
          'a file holds one assignment only',
          'remove the "---" and what follows',
        ),
      ],
    };
  const problems: Diagnostic[] = [...document.errors, ...document.warnings].map(
    (error: YAMLParseError | Error) => {
      const [from, to] = 'pos' in error ? error.pos : [0, 1];
      return complain({ start: from, length: Math.max(1, to - from) }, yamlMessage(error.message));
    },
  );
  const version = document.directives?.yaml;
  if (version?.explicit && version.version !== '1.2')
    problems.push(
      complain(start, `%YAML ${version.version} is not read`, 'remove the %YAML line: files are YAML 1.2'),
    );
  if (problems.length > 0) return { diagnostics: problems };

  let nodes = 0;
  const convert = (node: Node | null | undefined, place: Place, depth: number): Tree => {
    if (++nodes > MOST_NODES) throw new Refused(place, `the file unfolds to more than ${MOST_NODES} values`);
    if (depth > DEEPEST) throw new Refused(place, `the file is nested deeper than ${DEEPEST} levels`);
    if (!node) return { kind: 'scalar', value: null, source: '', place };
    const [from, to] = node.range ?? [place.start, place.start + 1];
    const here = { start: from, length: Math.max(1, to - from) };
    if (isAlias(node)) {
      const target = node.resolve(document as Parameters<typeof node.resolve>[0]);
      if (!target) throw new Refused(here, `unknown alias *${node.source}`);
      return convert(target, here, depth + 1);
    }
    if (node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:'))
      throw new Refused(here, `unknown tag ${node.tag}`);
    if (isScalar(node))
      return {
        kind: 'scalar',
        value: scalarValue(node.value, here),
        source: String(node.source ?? node.value ?? ''),
        place: here,
      };
    if (isSeq(node))
      return {
        kind: 'seq',
        items: node.items.map((item) => convert(item as Node, here, depth + 1)),
        place: here,
      };
    if (!isMap(node)) throw new Refused(here, 'is neither a map, a list nor a plain value');
    const entries = node.items.map((pair) => {
      const key = pair.key as Node;
      const keyPlace = {
        start: key?.range?.[0] ?? from,
        length: Math.max(1, (key?.range?.[1] ?? from + 1) - (key?.range?.[0] ?? from)),
      };
      if (!isScalar(key) || typeof key.value === 'object') throw new Refused(keyPlace, 'a key is plain text');
      return {
        key: String(key.value),
        keyPlace,
        value: convert(pair.value as Node | null, keyPlace, depth + 1),
      };
    });
    return { kind: 'map', entries, place: here };
  };
  try {
    const tree = convert(document.contents as Node, start, 0);
    return { source: { file, text, tree, at } };
  } catch (error) {
    if (error instanceof Refused) return { diagnostics: [complain(error.place, error.message)] };
    if (error instanceof RangeError)
      return { diagnostics: [complain(start, 'the file is nested too deeply')] };
    throw error;
  }
}

class Refused extends Error {
  readonly place: Place;
  constructor(place: Place, message: string) {
    super(message);
    this.place = place;
  }
}

function scalarValue(value: unknown, place: Place): null | boolean | number | string {
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string')
    return value;
  throw new Refused(place, 'is a kind of value that is not used here');
}

function yamlMessage(message: string): string {
  const first = message.split('\n')[0] ?? message;
  return first
    .replace(/ at line \d+, column \d+:?$/, '')
    .replace(/^Map keys must be unique/, 'this key stands twice in the same map');
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

/** The deepest part of a tree that a path leads to; for the last key its own place when `key` is asked for. */
export function find(
  tree: Tree,
  path: readonly (string | number)[],
  part: 'key' | 'value' = 'value',
): { place: Place; tree: Tree } {
  let current = tree;
  for (const [index, step] of path.entries()) {
    if (current.kind === 'map') {
      const entry = current.entries.find(({ key }) => key === step);
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
  return tree.kind === 'scalar' ? tree.place : { start: tree.place.start, length: 1 };
}
