import leven from 'leven';
import * as v from 'valibot';
import { defined } from '../base/defined.ts';
import type { JsonObject, Position, StepSpec } from '../model/index.ts';
import { STEPS } from '../steps/index.ts';
import { suggest } from '../steps/scope.ts';
import { readNested } from './nested.ts';
import type { ReadStep } from './parts.ts';
import { type Problems, positionOf } from './problems.ts';
import { stepExtras } from './schema.ts';
import { type Entry, type MapTree, type Path, plain, type Tree } from './tree.ts';
import { USE } from './use.ts';
import { meantBy, verbMeantBy } from './usual-mistakes.ts';
import { validate } from './validate.ts';

/** Verbs by name, and what reading needs to know of them; `use` is gone before anything runs. */
const VERBS: ReadonlyMap<string, { readonly verb: string; readonly shorthand?: string }> = new Map<
  string,
  { readonly verb: string; readonly shorthand?: string }
>([...STEPS, [USE.verb, USE]]);

/** Reads one step: a map with exactly one verb. */
export function readStep(tree: Tree, problems: Problems): ReadStep | undefined {
  if (tree.kind !== 'map') {
    problems.add(tree, [], 'a step is a map with one verb', asMap(tree));
    return undefined;
  }
  const verbs = tree.entries.filter(({ key }) => VERBS.has(key));
  const others = tree.entries.filter(({ key }) => !VERBS.has(key) && !(key in stepExtras));
  const [verb, second] = verbs;
  complainOfOthers(tree, others, verb?.key, problems);
  if (second)
    problems.add(
      tree,
      [second.key],
      `a step has one verb, this one has "${verb?.key}" and "${second.key}"`,
      'begin a new step with "- "',
      { part: 'key' },
    );
  if (!verb) return readMisspelt(tree, others, problems);
  const extras = readExtras(tree, problems);
  for (const other of verbs.length > 1 ? verbs : []) checkAlone(other, tree, problems);
  const args = second ? undefined : readArgs(tree, verb, problems);
  return args && toStep(tree, verb, args, extras, problems);
}

/** Keys that are no verb, and that no step may have beside its verb. */
function complainOfOthers(
  tree: MapTree,
  others: readonly Entry[],
  verb: string | undefined,
  problems: Problems,
): void {
  for (const { key, value } of others) {
    const message = verb === undefined ? `unknown step "${key}"` : `unknown key "${key}" beside "${verb}"`;
    const fix =
      verb === undefined
        ? (verbMeantBy(key, value) ?? suggest(key, [...VERBS.keys()]))
        : `indent it below ${verb}, or ${suggest(key, Object.keys(stepExtras))}`;
    problems.add(tree, [key], message, fix, { part: 'key' });
  }
}

/** Reads a step without a verb as what was meant, so that the rest makes sense, and more mistakes show at once. */
function readMisspelt(tree: MapTree, others: readonly Entry[], problems: Problems): ReadStep | undefined {
  const known = [...VERBS.keys()];
  const [meant] = others.length === 1 ? others : [];
  const guess = meant && misspelt(meant.key, known);
  if (guess !== undefined) {
    const entries = tree.entries.map((entry) => (entry === meant ? { ...entry, key: guess } : entry));
    return readStep({ ...tree, entries }, problems);
  }
  if (others.length === 0) problems.add(tree, [], 'this step has no verb', `known: ${known.join(', ')}`);
  return undefined;
}

/** The arguments of a step as a map, and the key that a bare value stands for. */
interface ReadArgs {
  readonly args: JsonObject;
  readonly short: string | undefined;
}

function readArgs(tree: MapTree, { key, value }: Entry, problems: Problems): ReadArgs | undefined {
  const shorthand = VERBS.get(key)?.shorthand;
  const written = plain(value);
  if (written === null) {
    const fix = shorthand ? `write ${key}: ${shorthand}` : undefined;
    problems.add(tree, [key], `"${key}" needs a value`, fix, { part: 'key' });
    return undefined;
  }
  if (typeof written === 'object' && !Array.isArray(written))
    return { args: written as JsonObject, short: undefined };
  if (shorthand === undefined) {
    problems.add(tree, [key], `"${key}" is written as a map`, meantBy([key], value) ?? `write ${key}: { … }`);
    return undefined;
  }
  return { args: { [shorthand]: written }, short: shorthand };
}

function toStep(
  tree: MapTree,
  { key, value }: Entry,
  { args, short }: ReadArgs,
  extras: ReturnType<typeof readExtras>,
  problems: Problems,
): ReadStep {
  const { only_if: onlyIf, name, hint, soft = false, points } = extras ?? {};
  const spec: StepSpec = {
    verb: key,
    args,
    soft,
    at: positionOf(tree),
    positions: positionsBelow(value),
    ...defined({ name, hint, onlyIf, points }),
  };
  const nested = readNested(STEPS.get(key)?.nests, value, problems, readStep);
  return {
    spec,
    tree,
    short,
    at: (path: Path) => (short === undefined ? [key, ...path] : [key]),
    ...defined({ nested }),
  };
}

/** Of several verbs in one step: what is wrong with the values of each, as if it stood alone. */
function checkAlone({ key, value }: Entry, tree: MapTree, problems: Problems): void {
  const step = STEPS.get(key);
  if (!step || value.kind !== 'map') return;
  readNested(step.nests, value, problems, readStep);
  const { within: _, ...args } = plain(value) as JsonObject;
  // What only planning fills in says nothing yet.
  if (/\$\{\{|"file":/.test(JSON.stringify(args))) return;
  // Names that may be left out are filled in later.
  const usual = Object.fromEntries(['on', 'program', 'conn', 'to'].map((name) => [name, 'a']));
  const known = (step.schema as { readonly entries?: object }).entries ?? {};
  const named = { ...Object.fromEntries(Object.entries(usual).filter(([name]) => name in known)), ...args };
  validate(step.schema, named, tree, problems, {
    what: `"${key}"`,
    at: (path) => [key, ...path],
    also: step.patience === 'never' ? [] : ['within'],
  });
}

/** The one verb that differs from a word by so little that nothing else can be meant. */
function misspelt(word: string, known: readonly string[]): string | undefined {
  const most = Math.min(2, Math.floor(word.length / 3));
  const near = known.filter((verb) => leven(word.toLowerCase(), verb) <= most);
  return near.length === 1 ? near[0] : undefined;
}

/** How a step is written that is no map: a verb alone, one without the space behind its colon, or one in quotes. */
function asMap(tree: Tree): string {
  const [, word = '', rest = ''] =
    tree.kind === 'scalar' ? (/^(\w+):?\s*(.*)$/.exec(tree.written) ?? []) : [];
  if (!VERBS.has(word)) return 'write for instance connect: a';
  return `write ${word}: ${rest === '' ? '…' : rest}`;
}

const extrasSchema = v.strictObject(stepExtras);

function readExtras(tree: MapTree, problems: Problems): v.InferOutput<typeof extrasSchema> | undefined {
  const values = Object.fromEntries(
    tree.entries.filter(({ key }) => key in stepExtras).map(({ key, value }) => [key, plain(value)]),
  );
  return validate(extrasSchema, values, tree, problems, { what: 'the step' });
}

function positionsBelow(tree: Tree, pointer = ''): Record<string, Position> {
  const here = { [pointer]: positionOf(tree) };
  if (tree.kind === 'scalar') return here;
  const children =
    tree.kind === 'map'
      ? tree.entries.map(({ key, value }) => [key, value] as const)
      : tree.items.map((item, i) => [String(i), item] as const);
  return Object.assign(
    here,
    ...children.map(([key, value]) =>
      positionsBelow(value, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
    ),
  );
}
