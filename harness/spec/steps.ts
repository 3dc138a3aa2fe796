import leven from 'leven';
import * as v from 'valibot';
import type { JsonObject, Position, StepSpec } from '../model/index.ts';
import { STEPS } from '../steps/index.ts';
import { suggest } from '../steps/scope.ts';
import { readNested } from './nested.ts';
import type { ReadStep } from './parts.ts';
import { type Problems, positionOf } from './problems.ts';
import { stepExtras } from './schema.ts';
import { type MapTree, type Path, plain, type Tree } from './tree.ts';
import { USE } from './use.ts';
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
  const known = [...VERBS.keys()];
  for (const { key } of others) {
    const message =
      verbs.length === 0 ? `unknown step "${key}"` : `unknown key "${key}" beside "${verbs[0]?.key}"`;
    const fix =
      verbs.length === 0
        ? suggest(key, known)
        : `indent it below ${verbs[0]?.key}, or ${suggest(key, Object.keys(stepExtras))}`;
    problems.add(tree, [key], message, fix, { part: 'key' });
  }
  const [verb, second] = verbs;
  if (second)
    problems.add(
      tree,
      [second.key],
      `a step has one verb, this one has "${verb?.key}" and "${second.key}"`,
      'begin a new step with "- "',
      { part: 'key' },
    );
  if (!verb) {
    const [meant] = others.length === 1 ? others : [];
    const guess = meant && misspelt(meant.key, known);
    if (guess !== undefined) {
      // Read as what was meant, so that the rest of the file makes sense, and more mistakes show at once.
      const entries = tree.entries.map((entry) => (entry === meant ? { ...entry, key: guess } : entry));
      return readStep({ ...tree, entries }, problems);
    }
    if (others.length === 0) problems.add(tree, [], 'this step has no verb', `known: ${known.join(', ')}`);
    return undefined;
  }
  const extras = readExtras(tree, problems);
  const definition = VERBS.get(verb.key);
  if (!definition || second) return undefined;

  const written = plain(verb.value);
  const short = written === null || typeof written !== 'object' || Array.isArray(written);
  if (written === null) {
    problems.add(
      tree,
      [verb.key],
      `"${verb.key}" needs a value`,
      definition.shorthand ? `write ${verb.key}: ${definition.shorthand}` : undefined,
      { part: 'key' },
    );
    return undefined;
  }
  if (short && definition.shorthand === undefined) {
    problems.add(tree, [verb.key], `"${verb.key}" is written as a map`, `write ${verb.key}: { … }`);
    return undefined;
  }
  const args: JsonObject = short ? { [definition.shorthand ?? '']: written } : (written as JsonObject);
  const at = (path: Path) => (short ? [verb.key] : [verb.key, ...path]);
  const { only_if: onlyIf, name, hint, soft = false, points } = extras ?? {};
  const nested = readNested(STEPS.get(verb.key)?.nests, verb.value, problems, readStep);
  const spec: StepSpec = {
    verb: verb.key,
    args,
    soft,
    at: positionOf(tree),
    positions: positionsBelow(verb.value),
    ...(name === undefined ? {} : { name }),
    ...(hint === undefined ? {} : { hint }),
    ...(onlyIf === undefined ? {} : { onlyIf }),
    ...(points === undefined ? {} : { points }),
  };
  return {
    spec,
    tree,
    short: short ? definition.shorthand : undefined,
    at,
    ...(nested === undefined ? {} : { nested }),
  };
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
