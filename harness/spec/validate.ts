import * as v from 'valibot';
import { TEXT_EXPECTED } from '../base/fields.ts';
import { nearest } from '../steps/scope.ts';
import { isTemplate, type Template } from '../steps/template.ts';
import type { Problems } from './problems.ts';
import type { Place } from './source-text.ts';
import { entryOf, find, type Path, type Tree } from './tree.ts';
import { keyMeantBy, meantBy } from './usual-mistakes.ts';
import { quote } from './yaml-messages.ts';

interface Options {
  /** What the value is called where it lacks something. */
  readonly what?: string;
  readonly at?: (path: Path) => Path;
  /** Added to what is said: where a template is used. */
  readonly note?: string;
  /** Keys that are known besides, and checked elsewhere. */
  readonly also?: readonly string[];
  /** Where to complain, whatever the path. */
  readonly place?: Place;
}

/**
 * Checks a value against a schema and complains at the right places. `at` translates a path in the
 * value to a path in the file, where a short form was written out.
 */
export function validate<Output>(
  schema: v.GenericSchema<unknown, Output>,
  value: unknown,
  tree: Tree,
  problems: Problems,
  { what = '', at = (path: Path): Path => path, also = [], note = '', place }: Options = {},
): Output | undefined {
  const result = v.safeParse(schema, containsTemplate(value) ? standIn(value) : value);
  if (result.success) return result.output;
  const issues = result.issues.flatMap((each) => telling(each, schema));
  for (const issue of [...issues, ...beyond(issues, schema, value)]) {
    if (!isUnknownKey(issue) && waitsForRun(value, issue.path)) continue;
    if (place) problems.at(place, `${what} ${issue.message.replace(/^is /, 'must be ')}`);
    else complain(issue, schema, tree, problems, { what, at, also, note, value: valueAt(value, issue.path) });
  }
  return undefined;
}

/** Unknown keys of one map that are reported at once. */
const MOST_ROUNDS = 10;

/** An unknown key hides what else is wrong beside and below it: what shows once it is gone. */
function beyond(
  issues: readonly Found[],
  schema: v.GenericSchema<unknown, unknown>,
  value: unknown,
  rounds = MOST_ROUNDS,
): Found[] {
  const unknown = issues.filter(isUnknownKey);
  if (unknown.length === 0 || rounds === 0) return [];
  const rest = unknown.reduce<unknown>((whole, { path }) => without(whole, path), value);
  const result = v.safeParse(schema, containsTemplate(rest) ? standIn(rest) : rest);
  const found = (result.issues ?? []).flatMap((each) => telling(each, schema));
  // What a map lacks without the key may be just what the key was to say.
  const holders = unknown.map(({ path }) => JSON.stringify(path.slice(0, -1)));
  const certain = found.filter((issue) => {
    const lacks = issue.received === 'undefined' ? issue.path.slice(0, -1) : issue.path;
    return isUnknownKey(issue) || !holders.includes(JSON.stringify(lacks));
  });
  return [...certain, ...beyond(certain, schema, rest, rounds - 1)];
}

/** A value without what stands at a path in it. */
function without(value: unknown, [key, ...rest]: Path): unknown {
  if (typeof value !== 'object' || value === null || key === undefined) return value;
  if (Array.isArray(value)) return value.map((item, index) => (index === key ? without(item, rest) : item));
  const entries = Object.entries(value).flatMap(([name, item]) => {
    if (name !== key) return [[name, item]];
    return rest.length === 0 ? [] : [[name, without(item, rest)]];
  });
  return Object.fromEntries(entries);
}

/** An issue with its whole path. */
interface Found {
  readonly type: string;
  readonly expected: string | null;
  readonly received: string;
  readonly message: string;
  readonly path: Path;
}

function isUnknownKey({ type, expected }: Found): boolean {
  return type === 'strict_object' && expected === 'never';
}

/** Of a value that fits none of several shapes, what is wrong with the shape that was meant, if that can be known. */
function telling(issue: v.BaseIssue<unknown>, schema: unknown, above: Path = []): Found[] {
  const path = [...above, ...(issue.path ?? []).map(({ key }) => key as string | number)];
  const found = { ...issue, path };
  if (issue.type !== 'union') return [found];
  const inner = (issue.issues ?? []).flatMap((each) => telling(each, schema, path));
  const withFix = inner.filter(({ message }) => message.includes('\n'));
  if (withFix.length > 0) return withFix.slice(0, 1);
  if (typeof issue.input !== 'object' || issue.input === null) return [found];
  const known = keysOf(schema, path);
  // A list has no keys that could be strange.
  const strange = (Array.isArray(issue.input) ? [] : inner).filter(
    (each) => isUnknownKey(each) && !known.includes(String(each.path.at(-1))),
  );
  if (strange.length > 0) return strange.slice(0, 1);
  const nested = inner.filter((each) => each.path.length > path.length && each.type !== 'strict_object');
  return nested.length > 0 ? nested.slice(0, 1) : [found];
}

/** What a value that the run will fill in is checked as: a text that is also hexadecimal and a number. */
const STAND_IN = '00';

/** A pattern keeps its groups, whatever will be put in between. */
function templateStandIn({ $template }: Template): string {
  const isPattern = $template.some((piece) => typeof piece !== 'string' && piece.quoting === 'regex');
  return isPattern
    ? $template.map((piece) => (typeof piece === 'string' ? piece : STAND_IN)).join('')
    : STAND_IN;
}

function standIn(value: unknown): unknown {
  if (isTemplate(value)) return templateStandIn(value);
  if (Array.isArray(value)) return value.map(standIn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, standIn(item)]));
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (current, key) => (current as Record<string | number, unknown> | null)?.[key],
    value,
  );
}

/** Something within the path is filled in by the run, so nothing can be said yet. */
function waitsForRun(value: unknown, path: Path): boolean {
  let current = value;
  for (const key of path) {
    if (isTemplate(current)) return true;
    current =
      typeof current === 'object' && current !== null
        ? (current as Record<string | number, unknown>)[key]
        : undefined;
  }
  if (path.length === 0) return isTemplate(current);
  return containsTemplate(current);
}

function containsTemplate(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return isTemplate(value) || Object.values(value).some(containsTemplate);
}

/** What a complaint needs besides the issue: what is checked, where it stands in the file, and the value. */
type Where = Required<Pick<Options, 'what' | 'at' | 'also' | 'note'>> & { readonly value: unknown };

function complain(
  issue: Found,
  schema: v.GenericSchema<unknown, unknown>,
  tree: Tree,
  problems: Problems,
  { what, at, also, note, value }: Where,
): void {
  const path = at(issue.path);
  const holder = () => find(tree, at(issue.path.slice(0, -1))).tree;
  if (isUnknownKey(issue)) {
    const known = () => [
      ...keysOf(schema, issue.path.slice(0, -1)),
      ...(issue.path.length === 1 ? also : []),
    ];
    complainOfKey(path, holder(), container(issue.path, what), known, { tree, problems });
    return;
  }
  // A list that is taken for a map has its numbers for keys.
  if (path.length > 1 && typeof issue.path.at(-1) === 'string' && holder().kind === 'seq') {
    const list = path.slice(0, -1);
    problems.add(tree, list, `${nameOf(list)} must not be a list`, meantBy(list, holder()));
    return;
  }
  if (issue.type === 'strict_object' && issue.received === 'undefined') {
    const missing = String(issue.path.at(-1));
    problems.add(
      tree,
      at(issue.path.slice(0, -1)),
      `${container(issue.path, what)} needs "${missing}"`,
      missing === 'run' ? 'add run: "python3 server.py ${{ port }}"' : `add ${missing}: …`,
    );
    return;
  }
  const written = find(tree, path).tree;
  const { message, fix: other } = wording(issue, written, value);
  const fix = meantBy(path, written, what) ?? other;
  const label = issue.path.length > 0 ? nameOf(path) : what;
  const said = /^(?!an? )[a-z]/.test(message) ? `${label} ${message}`.trim() : message;
  // What the file has there is the same for all who use it; what they hand over is not.
  const handedOver = written.kind === 'scalar' && written.written.includes('${{');
  problems.add(tree, path, `${said}${handedOver ? note : ''}`, fix);
}

/** Complains about a key that is not known where it stands. */
function complainOfKey(
  path: ReturnType<Where['at']>,
  holder: Tree,
  place: string,
  known: () => readonly string[],
  { tree, problems }: { readonly tree: Tree; readonly problems: Problems },
): void {
  const key = String(path.at(-1));
  const value = entryOf(holder, key)?.value;
  const message = `unknown key "${key}" in ${place}`;
  if (value?.kind === 'scalar' && value.value === null && value.written === '')
    problems.add(
      tree,
      path,
      `${message}: a comma ends a text within braces`,
      'put quotes around the whole text',
      { part: 'key' },
    );
  else if (holder.kind === 'seq') problems.add(tree, path, `${nameOf(path.slice(0, -1))} must not be a list`);
  else problems.add(tree, path, message, keyMeantBy(key, known(), value), { part: 'key' });
}

/** What the elements of lists and named maps are called. */
const ELEMENTS: Readonly<Record<string, string>> = {
  scenarios: 'scenario',
  variants: 'variant',
  references: 'reference',
  known_errors: 'known error',
  steps: 'step',
  programs: 'program',
  params: 'parameter',
  templates: 'template',
};

/** What the last key of a path stands in: `program "server"`, `scenario 3`, `"ready"`. */
function container(path: Path, what: string): string {
  const holder = path.at(-2);
  if (holder === undefined) return what;
  const element = ELEMENTS[String(path.at(-3) ?? '')];
  if (element === undefined) return typeof holder === 'number' ? `item ${holder + 1}` : `"${holder}"`;
  return typeof holder === 'number' ? `${element} ${holder + 1}` : `${element} "${holder}"`;
}

/** What stands at a path: `"within"`, `scenario 3`. */
function nameOf(path: Path): string {
  const last = path.at(-1) ?? '';
  const element = ELEMENTS[String(path.at(-2) ?? '')];
  if (typeof last === 'number') return element === undefined ? 'this' : `${element} ${last + 1}`;
  return element === undefined ? `"${last}"` : `${element} "${last}"`;
}

const KINDS: Readonly<Record<string, string>> = {
  Object: 'a map',
  Array: 'a list',
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
};

/** The message of an issue, and its fix: from the message itself, the quoted form, or the word that was meant. */
function wording(issue: Found, found: Tree, value: unknown): { message: string; fix: string | undefined } {
  const worded = plainWording(issue, found);
  // What is looked up is right as it is written; the value that it has is not.
  if (found.kind !== 'scalar' || found.value === value || !found.written.includes('${{')) return worded;
  const text = issue.message === TEXT_EXPECTED;
  return {
    message: text ? 'must be text' : worded.message,
    fix: `its value is ${JSON.stringify(value)} here${text ? ', so quote that where it is given' : ''}`,
  };
}

function plainWording(issue: Found, found: Tree): { message: string; fix: string | undefined } {
  const expected = issue.expected ?? 'something else';
  if (issue.message.startsWith('Invalid')) {
    const words = expected.replace(/Object|Array|string|number|boolean/g, (word) => KINDS[word] ?? word);
    return { message: `must be ${words.replaceAll(' | ', ' or ')}`, fix: undefined };
  }
  const [first = '', fix] = issue.message.split('\n');
  if (first === TEXT_EXPECTED)
    return found.kind === 'scalar'
      ? { message: first, fix: `write ${quote(found.written)}` }
      : { message: 'must be text', fix: undefined };
  const choices = [...expected.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '');
  const meant = found.kind === 'scalar' ? nearest(found.written, choices) : undefined;
  const message = fix === undefined ? first.replace(/^is (?!not )/, 'must be ') : first;
  return { message, fix: fix ?? (meant === undefined ? undefined : `did you mean "${meant}"?`) };
}

/** The keys that a schema knows at a path, for suggestions; looks through pipes, options and lists. */
function keysOf(schema: unknown, path: Path): string[] {
  if (schema === undefined) return [];
  const inner = schema as {
    entries?: Record<string, unknown>;
    wrapped?: unknown;
    pipe?: unknown[];
    item?: unknown;
    value?: unknown;
    options?: unknown[];
    getter?: (input: unknown) => unknown;
  };
  if (inner.getter) return keysOf(inner.getter(undefined), path);
  if (inner.pipe) {
    const keys = inner.pipe.filter((part) => part !== schema).flatMap((part) => keysOf(part, path));
    if (keys.length > 0) return keys;
  }
  if (inner.wrapped) return keysOf(inner.wrapped, path);
  if (inner.options)
    return inner.options.flatMap((option) => (typeof option === 'object' ? keysOf(option, path) : []));
  const [head, ...rest] = path;
  if (head === undefined) return inner.entries ? Object.keys(inner.entries) : [];
  if (inner.entries) return keysOf(inner.entries[String(head)] ?? (inner as { rest?: unknown }).rest, rest);
  if (inner.item) return keysOf(inner.item, rest);
  return inner.value ? keysOf(inner.value, rest) : [];
}
