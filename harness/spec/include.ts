import { MATCHER_KINDS } from '../match/matchers/index.ts';
import { payloadEntries } from '../match/payload-fields.ts';
import { STEPS } from '../steps/index.ts';
import { nearest, suggest } from '../steps/scope.ts';
import { type Library, type LibraryEntry, readLibraryEntry, valueName } from './library-entry.ts';
import type { Problems } from './problems.ts';
import { type Entry, entryOf, type MapTree, type SeqTree, type Tree } from './tree.ts';

/** The scenarios of the library that a file includes, and what they were read from. */
export interface Included {
  readonly scenarios: readonly MapTree[];
  readonly texts: readonly string[];
}

/** Keys of a scenario that an `include` may set beside `scenario` and `with`; its steps are the library's. */
export const CHANGEABLE = [
  'id',
  'title',
  'points',
  'explain',
  'hint',
  'references',
  'visibility',
  'hidden_message',
  'failure_details',
  'tags',
  'requires',
  'skip',
  'only_if',
  'retries',
  'timeout',
  'limits',
  'defaults',
] as const;

/** Keys that make a map an expectation, not a payload. */
const EXPECTS: readonly string[] = [...MATCHER_KINDS, 'read', 'ignore', 'nothing', 'closed', 'leftover'];

/** One line of an `include`: some scenarios, with the same values and the same changes. */
interface Wish {
  readonly tree: Tree;
  readonly names: readonly { readonly name: string; readonly tree: Tree }[];
  readonly given: readonly Entry[];
  readonly changes: readonly Entry[];
}

/** Puts the scenarios in that a file includes; `merged` is the file on those that it extends, for its programs. */
export function includeScenarios(
  own: MapTree,
  merged: MapTree,
  library: Library,
  problems: Problems,
): Included {
  const list = entryOf(own, 'include');
  if (!list) return { scenarios: [], texts: [] };
  if (list.value.kind !== 'seq') {
    const fix = 'write for instance include: [listens, reuse-address]';
    problems.add(own, ['include'], '"include" is a list of ready-made scenarios', fix);
    return { scenarios: [], texts: [] };
  }
  const scenarios: MapTree[] = [];
  const texts: string[] = [];
  for (const item of list.value.items) {
    const wish = readWish(item, problems);
    const entries = (wish?.names ?? []).flatMap(({ name, tree }) => {
      const entry = readLibraryEntry(library, name, problems);
      if (!entry)
        problems.add(tree, [], `there is no ready-made scenario "${name}"`, suggest(name, library.names()));
      return entry ? [{ entry, tree }] : [];
    });
    if (!wish || entries.length === 0) continue;
    checkGiven(
      wish,
      entries.map(({ entry }) => entry),
      problems,
    );
    for (const { entry, tree } of entries) {
      texts.push(entry.text);
      const scenario = fillEntry(entry, tree, wish, merged, problems);
      if (scenario) scenarios.push(scenario);
    }
  }
  return { scenarios, texts };
}

function readWish(item: Tree, problems: Problems): Wish | undefined {
  const named = (tree: Tree) => {
    if (tree.kind === 'scalar' && typeof tree.value === 'string') return [{ name: tree.value, tree }];
    problems.add(tree, [], 'a ready-made scenario is called by its name', 'write for instance listens');
    return [];
  };
  if (item.kind === 'scalar') return { tree: item, names: named(item), given: [], changes: [] };
  const scenario = entryOf(item, 'scenario')?.value;
  if (item.kind !== 'map' || scenario === undefined) {
    const fix = 'write { scenario: fragments, with: { request: { line: hi }, reply: { line: hi } } }';
    problems.add(item, [], 'this names no ready-made scenario', fix);
    return undefined;
  }
  const names = scenario.kind === 'seq' ? scenario.items.flatMap(named) : named(scenario);
  const values = entryOf(item, 'with')?.value;
  if (values !== undefined && values.kind !== 'map')
    problems.add(
      item,
      ['with'],
      '"with" is a map of names and values',
      'write with: { request: { line: hi } }',
    );
  return {
    tree: item,
    names,
    given: values?.kind === 'map' ? values.entries : [],
    changes: readChanges(item, names.length > 1, problems),
  };
}

/** What is changed of ready-made scenarios; complains about what is not changed here. */
function readChanges(item: MapTree, areSeveral: boolean, problems: Problems): Wish['changes'] {
  const changes = item.entries.filter(({ key }) => key !== 'scenario' && key !== 'with');
  const changeable: readonly string[] = CHANGEABLE;
  for (const { key, keyPlace } of changes) {
    if (['steps', 'setup', 'cleanup', 'matrix'].includes(key))
      problems.at(
        keyPlace,
        `the ${key === 'matrix' ? 'rows' : 'steps'} of a ready-made scenario are not changed here`,
        `change it below, under scenarios: - { id: …, ${key}: … }`,
      );
    else if (!changeable.includes(key))
      problems.at(
        keyPlace,
        `unknown key "${key}" in "include"`,
        suggest(key, ['scenario', 'with', ...changeable]),
      );
    else if (key === 'id' && areSeveral)
      problems.at(keyPlace, 'several scenarios cannot have one id', 'include each on a line of its own');
  }
  return changes.filter(({ key }) => changeable.includes(key));
}

/** A value must mean something to one of the scenarios. */
function checkGiven({ given }: Wish, entries: readonly LibraryEntry[], problems: Problems): void {
  const known = [...new Set(entries.flatMap(({ values }) => [...values.keys()]))];
  for (const { key, keyPlace } of given) {
    if (known.includes(key)) continue;
    const [entry] = entries;
    const what = entries.length > 1 ? 'none of these scenarios takes a' : `"${entry?.name}" takes no`;
    problems.at(keyPlace, `${what} "${key}"`, suggest(key, known));
  }
}

function fillEntry(
  entry: LibraryEntry,
  at: Tree,
  { given, changes }: Wish,
  merged: MapTree,
  problems: Problems,
): MapTree | undefined {
  const values = new Map<string, Tree>();
  for (const [name, { usual }] of entry.values) {
    const own = given.find(({ key }) => key === name)?.value;
    const value = own ?? (name === 'program' ? programOf(merged, at) : usual);
    if (value !== undefined && !(value.kind === 'scalar' && value.value === false)) values.set(name, value);
  }
  const missing = [...entry.values].filter(
    ([name, { needed }]) =>
      (needed && !given.some(({ key }) => key === name)) || (name === 'program' && !values.has(name)),
  );
  if (missing.length > 0) {
    const names = missing.map(([name]) => name);
    const fix = `write { scenario: ${entry.name}, with: { ${names.map((name) => `${name}: …`).join(', ')} } }`;
    const why = names.includes('program') ? ', since there are several programs' : '';
    problems.add(at, [], `"${entry.name}" needs to know ${names.join(' and ')}${why}`, fix);
    return undefined;
  }
  const program = values.get('program');
  const name = program?.kind === 'scalar' ? String(program.value) : '';
  if (entry.needsTcp !== undefined && transportOf(merged, name) === 'udp') {
    problems.add(
      at,
      [],
      `"${entry.name}" is about TCP: ${entry.needsTcp}`,
      `take it out: ${name} speaks UDP`,
    );
    return undefined;
  }
  const filled = fill(entry.scenario, values);
  if (filled?.kind !== 'map') return undefined;
  const changed = new Map(changes.map((change) => [change.key, change]));
  const kept = filled.entries.map((own): Entry => {
    const change = changed.get(own.key);
    if (change) return change;
    // What is said of the scenario as a whole stands where it was included.
    return own.key === 'id' ? { ...own, value: { ...own.value, place: at.place } as Tree } : own;
  });
  const added = changes.filter(({ key }) => !filled.entries.some((own) => own.key === key));
  const around = ['setup', 'cleanup'].map((key): Entry => ({ key, keyPlace: at.place, value: nothing(at) }));
  return { kind: 'map', entries: [...kept, ...added, ...around], place: at.place };
}

/** No steps: those that the file has for all its scenarios know nothing of the library's. */
function nothing({ place }: Tree): SeqTree {
  return { kind: 'seq', items: [], place };
}

/** The only program, unless there are several. */
function programOf(merged: MapTree, at: Tree): Tree | undefined {
  const programs = entryOf(merged, 'programs')?.value;
  const names = programs?.kind === 'map' ? programs.entries.map(({ key }) => key) : [];
  const [name = 'server', ...others] = names;
  if (others.length > 0) return undefined;
  return { kind: 'scalar', value: name, written: name, style: 'plain', place: at.place };
}

function transportOf(merged: MapTree, program: string): unknown {
  const transport = entryOf(entryOf(entryOf(merged, 'programs')?.value, program)?.value, 'transport')?.value;
  return transport?.kind === 'scalar' ? transport.value : undefined;
}

/** A part of a library's scenario with values in the place of their names; nothing when a step needs one that is missing. */
function fill(tree: Tree, values: ReadonlyMap<string, Tree>, verb = ''): Tree | undefined {
  const name = valueName(tree);
  if (name !== undefined) return values.get(name);
  if (tree.kind === 'scalar') return tree;
  if (tree.kind === 'seq') {
    const items = tree.items.map((item) => fill(item, values)).filter((item) => item !== undefined);
    return { ...tree, items };
  }
  const condition = entryOf(tree, 'only_with')?.value;
  if (condition?.kind === 'scalar' && !values.has(String(condition.value))) return undefined;
  const entries = tree.entries.flatMap((entry): Entry[] => {
    if (entry.key === 'only_with') return [];
    if (entry.key === 'with' && entry.value.kind === 'scalar') {
      const value = values.get(String(entry.value.value));
      return value === undefined ? [] : spliced(value, verb, entry);
    }
    const value = fill(entry.value, values, entry.key);
    return value === undefined ? [] : [{ ...entry, value }];
  });
  return { ...tree, entries };
}

/** Whether a word can only stand for a key of an expectation. */
function isMisspelt(key: string): boolean {
  return nearest(key, EXPECTS) !== undefined && nearest(key, Object.keys(payloadEntries)) === undefined;
}

/** The keys that a value adds to the arguments of a verb: those of a payload, or of an expectation. */
function spliced(value: Tree, verb: string, { keyPlace }: Entry): Entry[] {
  const keys = value.kind === 'map' ? value.entries.map(({ key }) => key) : [];
  const expects =
    keys.some((key) => EXPECTS.includes(key)) ||
    (!keys.some((key) => key in payloadEntries) && keys.some((key) => isMisspelt(key)));
  const bare = STEPS.get(verb)?.shorthand;
  if (bare !== undefined && EXPECTS.includes(bare) && !expects) return [{ key: bare, keyPlace, value }];
  if (value.kind === 'map') return [...value.entries];
  return [{ key: 'text', keyPlace, value }];
}
