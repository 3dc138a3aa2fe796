import * as v from 'valibot';
import type { Json, JsonObject } from '../model/index.ts';
import { allComplete } from './nested.ts';
import type { Part, ReadStep, ScenarioPart, Shape, TemplatePart } from './parts.ts';
import type { Problems } from './problems.ts';
import {
  COLLECTIONS,
  headSchema,
  type ScenarioFile,
  scenarioSchema,
  type TemplateFile,
  templateSchema,
} from './schema.ts';
import { withSourcesStep } from './sources-step.ts';
import { readStep } from './steps.ts';
import { entryOf, type MapTree, plain, type Tree } from './tree.ts';
import { validate } from './validate.ts';

/** Reads all parts of a file, each on its own, so that a mistake in one does not hide those in others. */
export function readShape(tree: MapTree, problems: Problems): Shape {
  const head = validate(headSchema, plain(tree), tree, problems, { what: 'the assignment' });
  const collect = <File>(
    key: keyof typeof COLLECTIONS,
    schema: v.GenericSchema<unknown, File>,
  ): Map<string, Part<File>> => {
    const parts = new Map<string, Part<File>>();
    const found = entryOf(tree, key)?.value;
    const { name, what } = COLLECTIONS[key];
    for (const entry of found?.kind === 'map' ? found.entries : []) {
      const called = `${what} "${entry.key}"`;
      if (
        validate(name, entry.key, entry.value, problems, { what: called, place: entry.keyPlace }) ===
        undefined
      )
        continue;
      const file = validate(schema, plain(entry.value), entry.value, problems, { what: called });
      if (file !== undefined) parts.set(entry.key, { file, tree: entry.value });
    }
    return parts;
  };
  const templates = readTemplates(tree, collect('templates', COLLECTIONS.templates.schema));
  return {
    tree,
    head,
    params: collect('params', COLLECTIONS.params.schema),
    programs: collect('programs', COLLECTIONS.programs.schema),
    templates: new Map(
      [...templates].map(([name, part]) => [name, { ...part, ...readSteps(part.tree, problems) }]),
    ),
    scenarios: readScenarios(tree, problems),
  };
}

/** Templates with a mistake of their own are kept with what is right of them, so that their steps are looked at as well. */
function readTemplates(
  tree: MapTree,
  right: ReadonlyMap<string, Part<TemplateFile>>,
): Map<string, Omit<TemplatePart, 'steps' | 'complete'>> {
  const found = entryOf(tree, 'templates')?.value;
  const all = found?.kind === 'map' ? found.entries.filter(({ value }) => value.kind === 'map') : [];
  const loose = all.filter(({ key }) => !right.has(key));
  return new Map([
    ...right,
    ...loose.map(({ key, value }): [string, Omit<TemplatePart, 'steps' | 'complete'>] => [
      key,
      { file: rightPart(templateSchema, plain(value), { steps: [''] }), tree: value, loose: true },
    ]),
  ]);
}

function readScenarios(tree: MapTree, problems: Problems): ScenarioPart[] {
  const found = entryOf(tree, 'scenarios')?.value;
  const defaults = entryOf(tree, 'defaults')?.value;
  const usual = {
    setup: readSteps(defaults, problems, 'setup'),
    cleanup: readSteps(defaults, problems, 'cleanup'),
  };
  const parts: ScenarioPart[] = [];
  const written = found?.kind === 'seq' ? found.items : [];
  for (const [index, item] of written.map((one) => withSourcesStep(one, defaults)).entries()) {
    const id = entryOf(item, 'id')?.value;
    const named =
      id?.kind === 'scalar' && typeof id.value === 'string' ? `scenario "${id.value}"` : undefined;
    const what = named ?? `scenario ${index + 1}`;
    const file = validate(scenarioSchema, plain(item), item, problems, { what });
    const around = (key: 'setup' | 'cleanup') =>
      entryOf(item, key) ? readSteps(item, problems, key) : usual[key];
    const [setup, steps, cleanup] = [around('setup'), readSteps(item, problems), around('cleanup')];
    parts.push({
      file: file ?? usable(plain(item)),
      tree: item,
      setup: setup.steps,
      steps: steps.steps,
      cleanup: cleanup.steps,
      complete: setup.complete && steps.complete && cleanup.complete,
    });
  }
  return parts;
}

/** What is right of a scenario, so that its steps can be looked at all the same. */
function usable(written: Json): ScenarioFile {
  return rightPart(scenarioSchema, written, { id: 'unnamed', title: '', steps: [''] });
}

/** The keys of a map whose values are right, beside what it must have. */
function rightPart<Output>(
  schema: v.GenericSchema<unknown, Output> & { readonly entries: object },
  written: Json,
  least: JsonObject,
): Output {
  const known = schema.entries as Record<string, v.GenericSchema>;
  const right = Object.entries(written ?? {}).filter(
    ([key, value]) => known[key] !== undefined && v.safeParse(known[key], value).success,
  );
  return v.parse(schema, { ...least, ...Object.fromEntries(right) });
}

function readSteps(
  holder: Tree | undefined,
  problems: Problems,
  key: 'setup' | 'steps' | 'cleanup' = 'steps',
): { steps: ReadStep[]; complete: boolean } {
  const found = entryOf(holder, key)?.value;
  const items = found?.kind === 'seq' ? found.items : [];
  const steps = items.map((item) => readStep(item, problems)).filter((step) => step !== undefined);
  return { steps, complete: steps.length === items.length && allComplete(steps) };
}
