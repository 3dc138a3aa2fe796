import * as v from 'valibot';
import { address, duration, TEXT_EXPECTED, text } from '../base/fields.ts';
import { TRANSPORT_NAMES } from '../model/transport.ts';
import { latePolicySchema } from './late-policy.ts';
import { limitsSchema } from './limits-schema.ts';

/** The shape of an assignment file, apart from its steps. */

const ID = v.pipe(
  v.string('is a short name'),
  v.regex(/^[a-z0-9][a-z0-9-]*$/, 'is a short name: lower-case letters, digits and -'),
);
const scalar = v.union([v.string(), v.number(), v.boolean()], 'is text, a number, true or false');

const reference = v.strictObject(
  {
    title: text,
    man: v.exactOptional(v.pipe(text, v.regex(/^[\w.-]+\(\w+\)$/, 'is a manual page such as socket(7)'))),
    url: v.exactOptional(v.pipe(text, v.url('is a web address'))),
  },
  'is a map of title and man or url',
);

const variant = v.strictObject(
  {
    file: v.exactOptional(text),
    build: v.exactOptional(text),
    run: v.pipe(text, v.nonEmpty('must not be empty')),
    shell: v.exactOptional(v.boolean('is true or false')),
  },
  'is a map such as {file: server.py, run: "python3 server.py"}',
);

const PORT_RULE = 'is auto, any or a number from 1 to 65535';
const portRule = v.union(
  [
    v.picklist(['auto', 'any']),
    v.pipe(v.number(), v.integer(PORT_RULE), v.minValue(1, PORT_RULE), v.maxValue(65535, PORT_RULE)),
  ],
  PORT_RULE,
);

const transport = v.picklist(TRANSPORT_NAMES, `is ${TRANSPORT_NAMES.join(' or ')}`);

const ready = v.union(
  [v.picklist(['listening', 'none']), v.strictObject({ stdout: text }), v.strictObject({ after: duration })],
  'is listening, none, {stdout: text} or {after: 200ms}',
);

const program = v.strictObject(
  {
    variants: v.exactOptional(
      v.pipe(
        v.array(variant, 'is a list of ways to start the program'),
        v.nonEmpty('needs at least one way to start the program'),
      ),
    ),
    file: v.exactOptional(text),
    build: v.exactOptional(text),
    run: v.exactOptional(v.pipe(text, v.nonEmpty('must not be empty'))),
    shell: v.exactOptional(v.boolean('is true or false')),
    helper: v.exactOptional(v.boolean('is true or false')),
    transport: v.exactOptional(transport),
    host: v.exactOptional(address),
    port: v.exactOptional(portRule),
    ready: v.exactOptional(ready),
    env: v.exactOptional(v.record(v.string(), v.string(TEXT_EXPECTED), 'is a map of names and texts')),
    stdin: v.exactOptional(v.union([v.string(), v.record(v.string(), v.unknown())], TEXT_EXPECTED)),
    stdin_eof: v.exactOptional(v.boolean('is true or false')),
    files: v.exactOptional(v.record(v.string(), v.unknown(), 'is a map of file names and payloads')),
    limits: v.exactOptional(limitsSchema),
  },
  'is a map such as {port: auto}',
);

const NAME = /^[a-z_]\w*$/i;
const paramName = v.pipe(
  v.string(),
  v.regex(NAME, 'is a name: letters, digits and _, beginning with a letter'),
);
const programName = v.pipe(
  v.string(),
  v.regex(/^[a-z_][\w-]*$/i, 'is a name: letters, digits, _ and -, beginning with a letter'),
);

export const paramSchema = v.union(
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

const forSteps = {
  within: v.exactOptional(duration),
  leftover: v.exactOptional(v.picklist(['fail', 'warn', 'ignore'], 'is fail, warn or ignore')),
  newline: v.exactOptional(v.picklist(['lf', 'crlf'], 'is lf or crlf')),
};
const scenarioDefaults = v.strictObject(forSteps, 'is a map such as {within: 2s}');
const times = v.pipe(
  v.number('is a number of times'),
  v.integer('is a whole number'),
  v.minValue(0, 'must not be negative'),
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

const row = v.record(ID, scalar, 'is a map with a value for each name of the matrix');
const rows = v.array(row, 'is a list of maps, each with values for names of the matrix');
const rowValue = v.union(
  [v.string(), v.number(), v.boolean()],
  'must be text, a number, true or false\nrows of several values: matrix: { include: [{ a: 1, b: 2 }] }',
);
const matrix = v.objectWithRest(
  { include: v.exactOptional(rows), exclude: v.exactOptional(rows) },
  v.pipe(v.array(rowValue, 'is a list of values'), v.nonEmpty('needs at least one value')),
  'is a map of names and lists of values',
);

const anySteps = v.array(v.unknown(), 'is a list of steps');
const steps = v.pipe(anySteps, v.nonEmpty('needs at least one step'));
const points = v.pipe(v.number('is a number'), v.minValue(0, 'must not be negative'));
const visibility = v.picklist(
  ['visible', 'hidden', 'after_due_date', 'after_published'],
  'is visible, hidden, after_due_date or after_published',
);
const failureDetails = v.picklist(['full', 'actual', 'none'], 'is full, actual or none');
const scoring = v.picklist(['whole', 'by_row'], 'is whole or by_row');

/** What scenarios have that do not say otherwise themselves. */
export const defaultsSchema = v.strictObject(
  {
    ...forSteps,
    points: v.exactOptional(points),
    visibility: v.exactOptional(visibility),
    failure_details: v.exactOptional(failureDetails),
    retries: v.exactOptional(retries),
    scoring: v.exactOptional(scoring),
    timeout: v.exactOptional(duration),
    setup: v.exactOptional(anySteps),
    cleanup: v.exactOptional(anySteps),
  },
  'is a map such as {within: 2s}',
);

/** Some steps under a name, with the values that they are to be given: only names, or names with usual values. */
export const templateSchema = v.strictObject(
  {
    about: v.exactOptional(text),
    with: v.exactOptional(
      v.union(
        [v.array(paramName), v.record(paramName, v.nullable(scalar))],
        'is a list of names, or a map of names and their usual values',
      ),
      [],
    ),
    steps,
  },
  'is a map with steps',
);

export const scenarioSchema = v.strictObject(
  {
    id: ID,
    title: text,
    points: v.exactOptional(points),
    explain: v.exactOptional(text),
    hint: v.exactOptional(text),
    references: v.exactOptional(v.array(reference, 'is a list of {title, man, url}'), []),
    visibility: v.exactOptional(visibility),
    failure_details: v.exactOptional(failureDetails),
    hidden_message: v.exactOptional(text),
    tags: v.exactOptional(v.array(ID, 'is a list of short names'), []),
    requires: v.exactOptional(v.array(ID, 'is a list of scenario ids'), []),
    skip: v.exactOptional(
      v.union([v.pipe(v.string(), v.nonEmpty()), v.boolean()], 'is the reason as text, or true or false'),
      false,
    ),
    only_if: v.exactOptional(conditions),
    retries: v.exactOptional(retries),
    scoring: v.exactOptional(scoring),
    matrix: v.exactOptional(matrix, {}),
    timeout: v.exactOptional(duration),
    limits: v.exactOptional(limitsSchema),
    defaults: v.exactOptional(scenarioDefaults, {}),
    setup: v.exactOptional(anySteps),
    // It has become a step by the time that this is checked.
    sources: v.exactOptional(v.unknown()),
    steps,
    cleanup: v.exactOptional(anySteps),
  },
  'is a map with id, title and steps',
);

const knownError = v.strictObject(
  {
    text: v.union(
      [
        v.pipe(text, v.nonEmpty('must not be empty')),
        v.pipe(v.array(v.pipe(text, v.nonEmpty('must not be empty'))), v.nonEmpty('must not be empty')),
      ],
      'is a text that programs print, or a list of such texts',
    ),
    hint: v.pipe(text, v.nonEmpty('must not be empty')),
  },
  'is a map of text and hint',
);

/** The keys of a file whose values are read one by one, so that a mistake in one does not hide the others. */
export const COLLECTIONS = {
  params: { schema: paramSchema, name: paramName, what: 'parameter' },
  programs: { schema: program, name: programName, what: 'program' },
  templates: { schema: templateSchema, name: programName, what: 'template' },
} as const;

const variableName = v.pipe(v.string('is a name'), v.regex(NAME, 'is the name of an environment variable'));
const environment = v.union(
  [v.array(variableName), v.record(variableName, v.nullable(v.string(TEXT_EXPECTED)))],
  'is a list of names, or a map of names and their usual values',
);

const head = {
  version: v.exactOptional(v.literal(1, 'is 1')),
  title: text,
  description: v.exactOptional(text),
  extends: v.exactOptional(v.pipe(text, v.nonEmpty('is the name of a .grade.yaml file'))),
  include: v.exactOptional(v.array(v.unknown()), []),
  env: v.exactOptional(environment, {}),
  defaults: v.exactOptional(defaultsSchema, {}),
  late_policy: v.exactOptional(latePolicySchema),
  known_errors: v.exactOptional(v.array(knownError, 'is a list of {text, hint}'), []),
  limits: v.exactOptional(limitsSchema, {}),
};

/** The whole file, as far as its collections go: their entries are checked one by one. */
export const headSchema = v.strictObject({
  ...head,
  params: v.exactOptional(v.record(v.string(), v.unknown(), 'is a map of names and values'), {}),
  programs: v.record(v.string(), v.unknown(), 'is a map of programs'),
  templates: v.exactOptional(v.record(v.string(), v.unknown(), 'is a map of names and steps'), {}),
  scenarios: v.pipe(
    v.array(v.unknown(), 'is a list of scenarios'),
    v.nonEmpty('needs at least one scenario'),
  ),
});

export type HeadFile = v.InferOutput<typeof headSchema>;
export type ProgramFile = v.InferOutput<typeof program>;
export type ParamFile = v.InferOutput<typeof paramSchema>;
export type TemplateFile = v.InferOutput<typeof templateSchema>;
export type ScenarioFile = v.InferOutput<typeof scenarioSchema>;

/** The keys that a step may have besides its verb. */
export const stepExtras = {
  name: v.exactOptional(text),
  hint: v.exactOptional(text),
  soft: v.exactOptional(v.boolean('is true or false'), false),
  points: v.exactOptional(points),
  only_if: v.exactOptional(conditions),
};
