import * as v from 'valibot';
import { TEXT_EXPECTED } from '../steps/fields.ts';
import { suggest } from '../steps/scope.ts';
import { isTemplate } from '../steps/template.ts';
import type { Diagnostic } from './diagnostic.ts';
import { find, type SourceFile, type Tree } from './document.ts';

type Path = readonly (string | number)[];

/** Collects what is wrong with a file, each with its place. */
export class Problems {
  readonly diagnostics: Diagnostic[] = [];
  readonly #source: SourceFile;

  constructor(source: SourceFile) {
    this.#source = source;
  }

  get any(): boolean {
    return this.diagnostics.some(({ severity }) => severity === 'error');
  }

  /** Complains about what stands at a path below a tree. */
  add(
    tree: Tree,
    path: Path,
    message: string,
    fix?: string,
    options: { part?: 'key' | 'value'; severity?: Diagnostic['severity']; offset?: number } = {},
  ): void {
    const { place } = find(tree, path, options.part);
    const { line, column } = this.#source.at({ start: place.start + (options.offset ?? 0), length: 1 });
    const diagnostic = {
      severity: options.severity ?? 'error',
      file: this.#source.file,
      line,
      column,
      length: place.length,
      message,
    } as const;
    const known = this.diagnostics.some(
      (other) => other.line === line && other.column === column && other.message === message,
    );
    if (!known) this.diagnostics.push(fix === undefined ? diagnostic : { ...diagnostic, fix });
  }

  position(tree: Tree): { file: string; line: number; column: number } {
    return { file: this.#source.file, ...this.#source.at(tree.place) };
  }
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
  { what = '', at = (path: Path): Path => path }: { what?: string; at?: (path: Path) => Path } = {},
): Output | undefined {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  for (const issue of result.issues) {
    const path = (issue.path ?? []).map((item) => item.key as string | number);
    if (waitsForRun(value, path)) continue;
    complain(issue, path, schema, tree, problems, what, at);
  }
  return undefined;
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
  return (
    isTemplate(current) || (typeof current === 'object' && current !== null && containsTemplate(current))
  );
}

function containsTemplate(value: object): boolean {
  return Object.values(value).some(
    (item) => isTemplate(item) || (typeof item === 'object' && item !== null && containsTemplate(item)),
  );
}

function complain(
  issue: v.BaseIssue<unknown>,
  path: Path,
  schema: v.GenericSchema<unknown, unknown>,
  tree: Tree,
  problems: Problems,
  what: string,
  at: (path: Path) => Path,
): void {
  const key = String(path.at(-1) ?? what);
  const label = path.length > 0 ? `"${key}" ` : '';
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    problems.add(
      tree,
      at(path),
      `unknown key "${key}"${what ? ` in ${what}` : ''}`,
      suggest(key, keysOf(schema, path.slice(0, -1))),
      { part: 'key' },
    );
    return;
  }
  if (issue.type === 'strict_object' && issue.received === 'undefined') {
    problems.add(tree, at(path.slice(0, -1)), `${what || 'this'} needs "${key}"`, `add ${key}: …`);
    return;
  }
  const [message = '', fix] = issue.message.startsWith('Invalid')
    ? [wording(issue)]
    : issue.message.split('\n');
  const found = find(tree, at(path)).tree;
  const quoted = message === TEXT_EXPECTED && found.kind === 'scalar' ? `write "${found.source}"` : fix;
  problems.add(tree, at(path), `${/^[a-z]/.test(message) ? label : ''}${message}`, quoted);
}

const KINDS: Readonly<Record<string, string>> = {
  Object: 'a map',
  Array: 'a list',
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
};

function wording(issue: v.BaseIssue<unknown>): string {
  const expected = (issue.expected ?? 'something else')
    .replace(/Object|Array|string|number|boolean/g, (word) => KINDS[word] ?? word)
    .replaceAll(' | ', ' or ');
  return `must be ${expected}`;
}

/** The keys that a schema knows at a path, for suggestions; looks through pipes, options and lists. */
function keysOf(schema: unknown, path: Path): string[] {
  const inner = schema as {
    entries?: Record<string, unknown>;
    wrapped?: unknown;
    pipe?: unknown[];
    item?: unknown;
    value?: unknown;
    options?: unknown[];
  };
  if (inner.pipe) {
    const keys = inner.pipe.filter((part) => part !== schema).flatMap((part) => keysOf(part, path));
    if (keys.length > 0) return keys;
  }
  if (inner.wrapped) return keysOf(inner.wrapped, path);
  if (inner.options)
    return inner.options.flatMap((option) => (typeof option === 'object' ? keysOf(option, path) : []));
  const [head, ...rest] = path;
  if (head === undefined) return inner.entries ? Object.keys(inner.entries) : [];
  if (inner.entries) return keysOf(inner.entries[String(head)], rest);
  if (inner.item) return keysOf(inner.item, rest);
  return inner.value ? keysOf(inner.value, rest) : [];
}
