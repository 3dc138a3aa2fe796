import * as v from 'valibot';
import { duration, TEXT_EXPECTED, text } from '../steps/fields.ts';

/** The shape of an assignment file, apart from its steps. */

const ID = v.pipe(
  v.string('is a short name'),
  v.regex(/^[a-z0-9][a-z0-9-]*$/, 'is a short name: lower-case letters, digits and -'),
);
const scalar = v.union([v.string(), v.number(), v.boolean()], 'is text, a number, true or false');

const reference = v.strictObject({
  title: text,
  man: v.exactOptional(v.pipe(text, v.regex(/^[\w.-]+\(\w+\)$/, 'is a manual page such as socket(7)'))),
  url: v.exactOptional(v.pipe(text, v.url('is a web address'))),
});

const variant = v.strictObject({
  file: v.exactOptional(text),
  build: v.exactOptional(text),
  run: v.pipe(text, v.nonEmpty('must not be empty')),
  shell: v.exactOptional(v.boolean('is true or false')),
});

const portRule = v.union(
  [v.picklist(['auto', 'any']), v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535))],
  'is auto, any or a number from 1 to 65535',
);

const ready = v.union(
  [v.picklist(['listening', 'none']), v.strictObject({ stdout: text }), v.strictObject({ after: duration })],
  'is listening, none, {stdout: text} or {after: 200ms}',
);

const program = v.strictObject({
  variants: v.exactOptional(
    v.pipe(
      v.array(variant, 'is a list of ways to start the program'),
      v.nonEmpty('needs at least one way to start the program'),
    ),
  ),
  port: v.exactOptional(portRule),
  ready: v.exactOptional(ready),
  env: v.exactOptional(v.record(v.string(), v.string(TEXT_EXPECTED), 'is a map of names and texts')),
  stdin: v.exactOptional(text),
  stdin_eof: v.exactOptional(v.boolean('is true or false')),
  files: v.exactOptional(v.record(v.string(), v.unknown(), 'is a map of file names and payloads')),
});

const param = v.union(
  [
    scalar,
    v.strictObject({
      default: scalar,
      about: v.exactOptional(text),
      choices: v.exactOptional(
        v.pipe(v.array(scalar, 'is a list of values'), v.nonEmpty('must not be empty')),
      ),
    }),
  ],
  'is a value, or {default, about, choices}',
);

const defaults = v.strictObject({
  within: v.exactOptional(duration),
  leftover: v.exactOptional(v.picklist(['fail', 'warn', 'ignore'], 'is fail, warn or ignore')),
});
const times = v.pipe(
  v.number('is a number of times'),
  v.integer('is a whole number'),
  v.minValue(0, 'is not negative'),
  v.maxValue(20, 'is at most 20'),
);
const retries = v.union(
  [
    v.pipe(
      times,
      v.transform((count) => ({ times: count, on: 'inconclusive' as const })),
    ),
    v.strictObject({ times, on: v.picklist(['inconclusive', 'fail'], 'is inconclusive or fail') }),
  ],
  'is a number of times, or {times: 2, on: fail}',
);
const conditions = v.record(
  v.string(),
  v.union([scalar, v.strictObject({ not: scalar })], 'is a value, or {not: value}'),
  'is a map of names and values',
);

export const scenarioSchema = v.strictObject({
  id: ID,
  title: text,
  points: v.exactOptional(v.pipe(v.number('is a number'), v.minValue(0, 'is not negative')), 1),
  explain: v.exactOptional(text),
  hint: v.exactOptional(text),
  references: v.exactOptional(v.array(reference, 'is a list of {title, man, url}'), []),
  visibility: v.exactOptional(
    v.picklist(
      ['visible', 'hidden', 'after_due_date', 'after_published'],
      'is visible, hidden, after_due_date or after_published',
    ),
    'visible',
  ),
  only_if: v.exactOptional(conditions),
  requires: v.exactOptional(v.array(v.string('is the id of a scenario'), 'is a list of scenario ids'), []),
  retries: v.exactOptional(retries),
  scoring: v.exactOptional(v.picklist(['whole', 'by_row'], 'is whole or by_row'), 'whole'),
  matrix: v.exactOptional(
    v.record(
      ID,
      v.pipe(v.array(scalar, 'is a list of values'), v.nonEmpty('needs at least one value')),
      'is a map of names and lists',
    ),
    {},
  ),
  timeout: v.exactOptional(duration),
  defaults: v.exactOptional(defaults, {}),
  steps: v.pipe(v.array(v.unknown(), 'is a list of steps'), v.nonEmpty('needs at least one step')),
  cleanup: v.exactOptional(v.array(v.unknown(), 'is a list of steps'), []),
});

export const assignmentSchema = v.strictObject({
  version: v.exactOptional(v.literal(1, 'is 1')),
  title: text,
  description: v.exactOptional(text),
  params: v.exactOptional(
    v.record(v.pipe(v.string(), v.regex(/^[a-z_]\w*$/i, 'is a name')), param, 'is a map of names and values'),
    {},
  ),
  programs: v.record(
    v.pipe(v.string(), v.regex(/^[a-z_][\w-]*$/i, 'is a name')),
    program,
    'is a map of programs',
  ),
  defaults: v.exactOptional(defaults, {}),
  scenarios: v.pipe(
    v.array(scenarioSchema, 'is a list of scenarios'),
    v.nonEmpty('needs at least one scenario'),
  ),
});

export type AssignmentFile = v.InferOutput<typeof assignmentSchema>;
export type ScenarioFile = v.InferOutput<typeof scenarioSchema>;

/** The keys that a step may have besides its verb. */
export const stepExtras = {
  name: v.exactOptional(text),
  hint: v.exactOptional(text),
  soft: v.exactOptional(v.boolean('is true or false'), false),
  points: v.exactOptional(v.pipe(v.number('is a number'), v.minValue(0, 'is not negative'))),
  only_if: v.exactOptional(conditions),
};
