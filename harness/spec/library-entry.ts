import { defined, whenGiven } from '../base/defined.ts';
import { openSpec } from './open.ts';
import type { Problems } from './problems.ts';
import { entryOf, type MapTree, type Tree } from './tree.ts';

/** Where the ready-made scenarios are kept; reading knows no folders. */
export interface Library {
  /** The names of all scenarios in it. */
  names(): readonly string[];
  /** The text of one of them; nothing when there is none of this name. */
  load(name: string): Uint8Array | string | undefined;
}

/** A value that a ready-made scenario takes: `with: { NAME: … }`. */
export interface LibraryValue {
  /** In one sentence, for the reference and for editors. */
  readonly about: string;
  /** What holds when it is not given; nothing when the steps that use it are left out then. */
  readonly usual?: Tree;
  /** Whether the scenario proves nothing without it. */
  readonly needed: boolean;
}

/** A scenario of the library, not yet filled in. */
export interface LibraryEntry {
  readonly name: string;
  readonly scenario: MapTree;
  /** What kind of program it tries. */
  readonly role: 'server' | 'client';
  readonly values: ReadonlyMap<string, LibraryValue>;
  /** Why it makes no sense where datagrams are exchanged, when it does not. */
  readonly needsTcp?: string;
  /** Everything that was read, for the fingerprint of the assignment. */
  readonly text: string;
}

/** The values that most scenarios of the library have in common. */
const COMMON: Readonly<Record<string, string>> = {
  program: 'The program, by its name in `programs`; may be left out when there is only one.',
  request: 'What the client sends: a payload, `{ line: hello }` unless said otherwise.',
  reply:
    'What the program answers: a payload, or what `expect` takes, such as `{ contains: hello }`; any bytes unless said otherwise.',
  greeting:
    'What the program says by itself to each new client, as `reply` is written; nothing unless said otherwise.',
  half_close:
    'With `true` the client closes its side after its request (FIN), for programs that read to the end before they answer.',
  input: 'What is typed for the client; its standard input ends after that.',
  shows: 'What the client must print: a payload.',
};

/** A request that means something to most programs, and a reply that any program may give. */
const USUAL: Readonly<Record<string, string>> = {
  request: '{ line: hello }',
  reply: '{ length: { min: 1 } }',
};

/** How the names begin under which messages and `explain` speak of files of the library. */
export const LIBRARY = 'library/';
const fileOf = (name: string) => `${LIBRARY}${name}.yaml`;

const WHOLE = /^\$\{\{\s*with\.(\w+)\s*\}\}$/;

/** The name of a value that a scalar stands for as a whole. */
export function valueName(tree: Tree): string | undefined {
  return tree.kind === 'scalar' && typeof tree.value === 'string' ? WHOLE.exec(tree.value)?.[1] : undefined;
}

/** Reads one scenario of the library; the library has no mistakes, so none are looked for. */
export function readLibraryEntry(
  library: Library,
  name: string,
  problems: Problems,
): LibraryEntry | undefined {
  const content = library.load(name);
  const tree = content === undefined ? undefined : openSpec(content, fileOf(name), problems);
  const scenario = entryOf(tree, 'scenario')?.value;
  if (tree === undefined || scenario?.kind !== 'map') return undefined;
  const needs = entryOf(tree, 'needs')?.value;
  const needed = needs?.kind === 'seq' ? needs.items.map(textOf) : [];
  const own = entryOf(tree, 'with')?.value;
  const values = new Map<string, LibraryValue>();
  for (const used of namesIn(scenario)) {
    const described = entryOf(own, used)?.value;
    const usual = entryOf(described, 'default')?.value ?? usualOf(used, problems);
    values.set(used, {
      about: COMMON[used] ?? textOf(entryOf(described, 'about')?.value),
      needed: needed.includes(used),
      ...defined({ usual }),
    });
  }
  const tcp = entryOf(tree, 'tcp')?.value;
  const text = tree.place.source.text;
  const role = textOf(entryOf(tree, 'role')?.value) === 'client' ? 'client' : 'server';
  return {
    name,
    scenario,
    role,
    values,
    text,
    ...defined({ needsTcp: whenGiven(tcp, textOf) }),
  };
}

function textOf(tree: Tree | undefined): string {
  return tree?.kind === 'scalar' ? String(tree.value) : '';
}

function usualOf(name: string, problems: Problems): Tree | undefined {
  const written = USUAL[name];
  return written === undefined ? undefined : openSpec(written, 'library', problems);
}

/** The values that a scenario uses, in the order of their first use. */
function namesIn(tree: Tree): Set<string> {
  const names = new Set<string>();
  const walk = (part: Tree, key = ''): void => {
    const whole = valueName(part);
    const spliced = ['with', 'only_with'].includes(key) && part.kind === 'scalar' ? textOf(part) : undefined;
    for (const name of [whole, spliced]) if (name !== undefined) names.add(name);
    if (part.kind === 'map') for (const entry of part.entries) walk(entry.value, entry.key);
    if (part.kind === 'seq') for (const item of part.items) walk(item);
  };
  walk(tree);
  return names;
}
