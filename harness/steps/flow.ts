import * as v from 'valibot';
import { duration, text } from '../base/fields.ts';
import { PASS, type StepDefinition } from './definition.ts';

const steps = v.pipe(v.array(v.unknown(), 'is a list of steps'), v.nonEmpty('needs at least one step'));

const repeatSchema = v.strictObject({
  times: v.pipe(
    v.number('is a number of times'),
    v.integer('is a whole number'),
    v.minValue(1, 'is at least 1'),
    v.maxValue(1000, 'is at most 1000'),
  ),
  steps,
});

/** What steps that hold others have in common: they are gone once the file is read. */
const unfolded = {
  asserts: false,
  patience: 'never',
  scope: (args) => ({ args, problems: [] }),
  run: async () => {},
  judge: () => PASS,
} satisfies Omit<StepDefinition<unknown>, 'verb' | 'summary' | 'schema'>;

/** Does some steps so many times; `${{ round }}` counts from 1. */
export const repeat: StepDefinition<v.InferOutput<typeof repeatSchema>> = {
  ...unfolded,
  verb: 'repeat',
  summary: `Do some steps so many times, one round after another; "\${{ round }}" is 1, 2, … within them. Connections that a round opens must be closed in it.`,
  schema: repeatSchema,
  nests: 'steps',
};

const parallelSchema = v.pipe(
  v.record(
    v.pipe(v.string(), v.regex(/^[A-Za-z_][\w-]*$/, 'is a name')),
    steps,
    'is a map of branches, each a name and a list of steps',
  ),
  v.check((branches) => Object.keys(branches).length > 1, 'needs at least two branches'),
);

/** Does several lists of steps at the same time, and goes on once all of them are done. */
export const parallel: StepDefinition<v.InferOutput<typeof parallelSchema>> = {
  ...unfolded,
  verb: 'parallel',
  summary:
    'Do several named lists of steps (branches) at the same time, and go on once all are done. A branch that fails ends early; the others run to their end.',
  schema: parallelSchema,
  nests: 'branches',
};

const noteSchema = v.strictObject({ text });

/** Writes a remark into the record of the run. */
export const note: StepDefinition<v.InferOutput<typeof noteSchema>> = {
  ...unfolded,
  verb: 'note',
  summary: 'Write a remark into the record of the run.',
  shorthand: 'text',
  schema: noteSchema,
  run: async (args, context) => context.note(args.text),
};

const sleepSchema = v.strictObject({ for: duration });

/** Lets time pass; a state that can be waited for is nearly always better. */
export const sleep: StepDefinition<v.InferOutput<typeof sleepSchema>> = {
  ...unfolded,
  verb: 'sleep',
  summary:
    'Let time pass. What are you waiting for? An expect, a check or "every: received" is quicker on a fast machine and right on a slow one.',
  shorthand: 'for',
  schema: sleepSchema,
  lasts: (args) => args.for,
  run: (args, context) => context.elapse(args.for),
};
