import * as v from 'valibot';
import { duration } from '../base/fields.ts';
import type { JsonObject, ScenarioSpec } from '../model/index.ts';
import { STEPS } from '../steps/index.ts';
import { isTemplate, namesOpen } from '../steps/template.ts';
import type { ReadStep } from './parts.ts';
import type { Problems } from './problems.ts';
import { validate } from './validate.ts';

interface CheckOptions {
  /** Added to what is wrong. */
  readonly note?: string;
  /** Whether a name is known once the program runs, and not before. @default none is */
  readonly isLate?: (name: string) => boolean;
}

/** Checks the arguments of a step and settles how long it may wait. */
export function checkArgs(
  args: JsonObject,
  step: ReadStep,
  scenario: ScenarioSpec,
  problems: Problems,
  { note = '', isLate = () => false }: CheckOptions = {},
): JsonObject {
  const definition = STEPS.get(step.spec.verb);
  if (!definition) return args;
  refuseLate(args, step, problems, { note, isLate });
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

/** Keys whose values must be known before anything runs, each with the reason. */
const NEVER_LATE: Readonly<Record<string, string>> = {
  times: 'the rounds are laid out',
  template: 'templates are put in',
  signal: 'signals are checked',
  newline: 'messages are laid out',
  endian: 'messages are laid out',
  ...Object.fromEntries(
    ['on', 'as', 'to', 'program', 'conn', 'owner'].map((key) => [key, 'it is followed who is who']),
  ),
  ...Object.fromEntries(['is', 'in', 'expect', 'transport'].map((key) => [key, 'steps are checked'])),
  ...Object.fromEntries(
    ['within', 'for', 'every', 'grace'].map((key) => [key, 'the time of a scenario is computed']),
  ),
};

/** What only the run knows can't be a name, a number of rounds, or a time. */
function refuseLate(
  args: JsonObject,
  step: ReadStep,
  problems: Problems,
  { note, isLate }: Required<CheckOptions>,
): void {
  for (const [key, value] of Object.entries(args)) {
    const why = NEVER_LATE[key];
    if (why === undefined || !isTemplate(value) || !namesOpen(value).some(isLate)) continue;
    const message = `"${key}" can't be a value that only the run knows: ${why} before anything runs${note}`;
    problems.add(
      step.tree,
      step.at([key]),
      message,
      'write the value itself, a parameter or a name of the matrix',
    );
  }
}

/** With a stand-in for a name that is left out and could not be filled in, which has been reported already. */
function withName(args: JsonObject, schema: v.GenericSchema<unknown, unknown>): JsonObject {
  const { entries = {} } = schema as {
    readonly entries?: Readonly<Record<string, { readonly default?: unknown }>>;
  };
  const missing = ['on', 'program'].filter((key) => args[key] === undefined && entries[key]?.default === '');
  return missing.length === 0 ? args : { ...args, ...Object.fromEntries(missing.map((key) => [key, 'a'])) };
}
