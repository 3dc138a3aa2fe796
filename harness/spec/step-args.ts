import * as v from 'valibot';
import { duration } from '../base/fields.ts';
import type { JsonObject, ScenarioSpec } from '../model/index.ts';
import { STEPS } from '../steps/index.ts';
import type { Problems } from './problems.ts';
import type { ReadStep } from './steps.ts';
import { validate } from './validate.ts';

/** Checks the arguments of a step and settles how long it may wait. */
export function checkArgs(
  args: JsonObject,
  step: ReadStep,
  scenario: ScenarioSpec,
  problems: Problems,
  note = '',
): JsonObject {
  const definition = STEPS.get(step.spec.verb);
  if (!definition) return args;
  const { within, ...rest } = args;
  const patient = definition.patience !== 'never';
  if (within !== undefined && !patient)
    problems.add(
      step.tree,
      step.at(['within']),
      `"${step.spec.verb}" does not wait, so it has no "within"`,
      'remove it',
      { part: 'key' },
    );
  const own =
    within === undefined || !patient
      ? undefined
      : validate(v.object({ within: duration }), { within }, step.tree, problems, {
          at: step.at,
          note,
        })?.within;
  const named = withName(rest, definition.schema);
  validate(definition.schema, named, step.tree, problems, {
    what: `"${step.spec.verb}"`,
    at: step.at,
    note,
    also: patient ? ['within'] : [],
  });
  if (!patient) return rest;
  const usual = definition.patience === 'default' ? scenario.defaults.within : definition.patience;
  return { ...rest, within: own ?? (typeof usual === 'number' ? usual : 0) };
}

/** With a stand-in for a name that is left out and could not be filled in, which has been told already. */
function withName(args: JsonObject, schema: v.GenericSchema<unknown, unknown>): JsonObject {
  const { entries = {} } = schema as {
    readonly entries?: Readonly<Record<string, { readonly default?: unknown }>>;
  };
  const missing = ['on', 'program'].filter((key) => args[key] === undefined && entries[key]?.default === '');
  return missing.length === 0 ? args : { ...args, ...Object.fromEntries(missing.map((key) => [key, 'a'])) };
}
