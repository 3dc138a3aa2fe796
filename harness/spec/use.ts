import * as v from 'valibot';
import { name } from '../base/fields.ts';
import type { Json } from '../model/index.ts';
import type { Step } from '../steps/definition.ts';
import { suggest } from '../steps/scope.ts';
import { fillText, type Names } from './fill.ts';
import type { ReadStep, TemplatePart } from './parts.ts';
import type { Problems } from './problems.ts';
import { find } from './tree.ts';
import { validate } from './validate.ts';

const schema = v.strictObject({
  template: name,
  with: v.exactOptional(
    v.record(
      v.string(),
      v.union([v.string(), v.number(), v.boolean()], 'is text, a number, true or false'),
      'is a map of names and values',
    ),
    {},
  ),
});

/** Stands for the steps of a template; it is gone once the file is read. */
export const USE = {
  verb: 'use',
  summary:
    'Do the steps of a template; "with" gives it the values that it asks for, and they are known to its steps as "${{ with.NAME }}".',
  about: {
    group: 'flow',
    keys: {
      template: 'The name of the template.',
      with: 'A value for each name that the template asks for; names with a usual value may be left out.',
    },
    examples: ['use: { template: greets, with: { client: b } }'],
  },
  shorthand: 'template',
  schema,
} as const satisfies Pick<Step, 'verb' | 'summary' | 'about' | 'shorthand' | 'schema'>;

/** The template that a step uses, the values that it is given, and the usual ones of the rest, not yet filled in. */
export interface Used {
  readonly template: TemplatePart;
  readonly given: ReadonlyMap<string, Json>;
  readonly usual: ReadonlyMap<string, Json>;
}

/** Finds the template and settles its values; complains and gives nothing when they don't fit. */
export function resolveUse(
  step: ReadStep,
  args: unknown,
  templates: ReadonlyMap<string, TemplatePart>,
  problems: Problems,
): Used | undefined {
  const read = validate(schema, args, step.tree, problems, { what: '"use"', at: step.at });
  if (!read) return undefined;
  const template = templates.get(read.template);
  if (!template) {
    problems.add(
      step.tree,
      step.at(['template']),
      `unknown template "${read.template}"`,
      suggest(read.template, [...templates.keys()]),
    );
    return undefined;
  }
  const wanted = template.file.with;
  const usual: [string, Json][] = Array.isArray(wanted)
    ? wanted.map((each) => [each, null])
    : Object.entries(wanted);
  const known = usual.map(([each]) => each);
  for (const each of Object.keys(read.with)) {
    if (!known.includes(each) && !template.loose)
      problems.add(
        step.tree,
        step.at(['with', each]),
        `template "${read.template}" takes no "${each}"`,
        suggest(each, known),
        { part: 'key' },
      );
  }
  const given = Object.entries((args as { readonly with?: Readonly<Record<string, Json>> }).with ?? {});
  const rest = usual.filter(([each]) => read.with[each] === undefined);
  const missing = rest.filter(([, value]) => value === null).map(([each]) => each);
  if (missing.length > 0) {
    problems.add(
      step.tree,
      step.at([]),
      `template "${read.template}" needs ${missing.join(' and ')}`,
      `add with: { ${missing.map((each) => `${each}: …`).join(', ')} }`,
    );
    return undefined;
  }
  return { template, given: new Map(given), usual: new Map(rest) };
}

/** The names that are known to the steps of a template, those that its usual values use filled in. */
export function namesWithin({ template, given, usual }: Used, names: Names, problems: Problems): Names {
  const filled = [...usual].map(([name, value]) => {
    const { tree } = find(template.tree, ['with', name]);
    return [name, typeof value === 'string' ? fillText(value, tree, names, problems) : value] as const;
  });
  const own = [...filled, ...given].map(([name, value]) => [`with.${name}`, value] as const);
  const outer = [...names.values].filter(([name]) => !name.startsWith('with.'));
  return { ...names, values: new Map([...outer, ...own]) };
}
