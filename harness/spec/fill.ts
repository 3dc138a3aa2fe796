import type { Json, JsonObject } from '../model/index.ts';
import { suggest } from '../steps/scope.ts';
import {
  fillPlaceholders,
  isTemplate,
  type Lookup,
  pieces,
  type Quoting,
  substitute,
} from '../steps/template.ts';
import type { LoadFile } from './extend.ts';
import type { ReadStep } from './parts.ts';
import type { Problems } from './problems.ts';
import type { Place } from './source-text.ts';
import { find, type Path, type Tree } from './tree.ts';

/** Names that a step may use and that only the run knows. */
const RUN_NAMES = ['port', 'host'];
/** What the name of a port begins with: `ports.tracker`. */
export const PORTS = 'ports.';

/** Whether only the run knows what a name stands for, whatever the steps capture. */
export function isRunName(name: string): boolean {
  return RUN_NAMES.includes(name) || name.startsWith(PORTS);
}

/** Stands among the unsettled names for all names of a matrix. */
export const ANY_MATRIX = 'matrix.*';

/** The names that are known where a step stands. */
export interface Names {
  readonly values: ReadonlyMap<string, Json>;
  /** Names that earlier steps have captured. */
  readonly captured: ReadonlySet<string>;
  /** Names whose values are not right, which has been reported already. */
  readonly unsettled: ReadonlySet<string>;
  /** `ports.NAME` for whatever has a port. */
  readonly ports: readonly string[];
  /** Takes note of the names that are used. */
  readonly used: Set<string>;
}

interface Tools {
  readonly problems: Problems;
  readonly loadFile: LoadFile;
}

const TEMPLATE = /\$?\$\{\{([^{}]*)\}\}/g;
const UNCLOSED = /(?<!\$)\$\{\{(?![^{}]*\}\})/;

/** The place of a name within a text, as far as it stands there literally; otherwise of the text. */
export function namePlace(tree: Tree, name: string): Place {
  const { place } = tree;
  const written = place.source.text.slice(place.start, place.start + place.length);
  for (const match of written.matchAll(TEMPLATE)) {
    if (match[1]?.trim() === name && !match[0].startsWith('$$') && name !== '')
      return { ...place, start: place.start + match.index + match[0].indexOf(name), length: name.length };
  }
  return find(tree, []).place;
}

/** Complains about an opening `${{` that nothing closes: it would stand for itself, which nobody means. */
export function checkClosed(text: string, tree: Tree, problems: Problems): void {
  if (!UNCLOSED.test(text)) return;
  const { place } = tree;
  const at = UNCLOSED.exec(place.source.text.slice(place.start, place.start + place.length))?.index ?? 0;
  problems.at(
    { ...place, start: place.start + at, length: 3 },
    '"${{" is not closed',
    'add }}, or write $${{ for the text itself',
  );
}

/** Says that there is no such name. */
export function unknownName(name: string, known: readonly string[], place: Place, problems: Problems): void {
  if (name === '')
    problems.at(place, 'there is no name between "${{" and "}}"', `known: ${known.join(', ')}`);
  else problems.at(place, `unknown name "${name}"`, suggest(name, known));
}

/** A text with the values of its names put in; those that only the run knows stay open. */
export function fillText(
  text: string,
  tree: Tree,
  { values, captured, unsettled, ports, used }: Names,
  problems: Problems,
  quoting: Quoting = 'plain',
): Json {
  checkClosed(text, tree, problems);
  const known = [...values.keys(), ...unsettled, ...RUN_NAMES, ...ports, ...captured];
  const lookup: Lookup = (name) => {
    used.add(name);
    const value = values.get(name);
    if (value !== undefined) return { value };
    // What has no value is left open as well, so that nothing more is said of it.
    const open = name.startsWith('matrix.') && unsettled.has(ANY_MATRIX);
    if (!open && !known.includes(name)) unknownName(name, known, namePlace(tree, name), problems);
    return 'later';
  };
  return substitute(text, lookup, () => {}, quoting);
}

/** A text for people with the values of its names put in, of which note is taken; others stay as they are written. */
export function filledText(text: string, values: ReadonlyMap<string, Json>, used: Set<string>): string {
  for (const piece of pieces(text)) if (typeof piece !== 'string') used.add(piece.name);
  return fillPlaceholders(text, values);
}

/** The arguments of a step with parameters, matrix values and the contents of files put in. */
export function fillIn(step: ReadStep, names: Names, { problems, loadFile }: Tools): JsonObject {
  const fillOne = (text: string, path: Path): Json => {
    if (!text.includes('${{')) return text;
    const { tree } = find(step.tree, step.at(path));
    return fillText(text, tree, names, problems, path.at(-1) === 'regex' ? 'regex' : 'plain');
  };
  const load = (name: Json, path: Path): Json => {
    const complain = (message: string, fix: string) => problems.add(step.tree, step.at(path), message, fix);
    if (typeof name !== 'string') {
      if (isTemplate(name))
        complain('"file" must be known before anything runs', 'use a parameter or a matrix');
      else complain('"file" is the name of a file', 'write for instance file: logo.png');
      return { path: '', base64: '' };
    }
    const loaded = loadFile(name, find(step.tree, step.at(path)).place.source.file);
    if (typeof loaded === 'string')
      complain(`the file "${name}" can't be read: ${loaded}`, 'the name is relative to this specification');
    return { path: name, base64: typeof loaded === 'string' ? '' : Buffer.from(loaded).toString('base64') };
  };
  const walk = (value: Json, path: Path): Json => {
    const filled = typeof value === 'string' ? fillOne(value, path) : value;
    // A file of a program may be called so, and a value of a template.
    const isName = path.at(-2) === 'files' || (path.length === 2 && path[0] === 'with');
    if (path.at(-1) === 'file' && !isName) return load(filled, path);
    if (typeof value === 'string') return filled;
    if (Array.isArray(value)) return value.map((item: Json, index) => walk(item, [...path, index]));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, walk(item as Json, [...path, key])]),
    );
  };
  return walk(step.spec.args, []) as JsonObject;
}

/** Whether every named value is as it is wanted, or is not, with `{not: value}`. */
export function holds(conditions: JsonObject | undefined, values: ReadonlyMap<string, Json>): boolean {
  return Object.entries(conditions ?? {}).every(([name, wanted]) => {
    const value = String(values.get(name));
    const negated = typeof wanted === 'object' && wanted !== null && 'not' in wanted;
    return negated ? value !== String(wanted.not) : value === String(wanted);
  });
}

/** Complains about names in `only_if` that are unknown, or whose choices do not have the wanted value. */
export function checkConditions(
  conditions: JsonObject | undefined,
  tree: Tree,
  names: Names,
  problems: Problems,
): void {
  const known = [...names.values.keys(), ...names.unsettled];
  for (const name of Object.keys(conditions ?? {})) {
    names.used.add(name);
    if (!known.includes(name))
      problems.add(tree, ['only_if', name], `unknown name "${name}"`, suggest(name, known), { part: 'key' });
  }
}
