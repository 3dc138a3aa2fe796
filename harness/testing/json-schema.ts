import { type ConversionConfig, type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { defined, whenGiven } from '../base/defined.ts';
import { byteCount, duration } from '../base/fields.ts';
import { shippedLibrary } from '../grading/load-assignment.ts';
import { MATCHER_KEYS, matcherEntries, matcherMap } from '../match/matchers/index.ts';
import { certificateFile, PAYLOAD_KEYS, payload, payloadEntries } from '../match/payload-fields.ts';
import { FILE_KEYS } from '../spec/about-file.ts';
import { NESTED_KEYS } from '../spec/about-nested.ts';
import { STEP_KEYS } from '../spec/about-step.ts';
import { CHANGEABLE } from '../spec/include.ts';
import { libraryTable } from '../spec/library-table.ts';
import { limitsSchema } from '../spec/limits-schema.ts';
import {
  COLLECTIONS,
  defaultsSchema,
  headSchema,
  paramSchema,
  scenarioSchema,
  stepExtras,
} from '../spec/schema.ts';
import { USE } from '../spec/use.ts';
import { STEPS } from '../steps/index.ts';

/** A value that is looked up: allowed wherever a step has a value. */
const TEMPLATE = '\\$\\{\\{';
const DURATION: JsonSchema = { type: 'string', pattern: '^\\d+(\\.\\d+)?\\s*(us|ms|s|m)$' };

/** Value kinds that the converter can't see through, by the schema that stands for them. */
const KINDS = new Map<unknown, JsonSchema>([
  [duration.pipe[0], DURATION],
  [
    byteCount.pipe[0],
    {
      anyOf: [
        { type: 'integer', minimum: 0 },
        { type: 'string', pattern: '^\\d+\\s*(B|KiB|MiB)?$' },
      ],
    },
  ],
  [payloadEntries.file.wrapped, { type: 'string' }],
]);

/** Matchers whose value is a payload: they make something of it, and are written as any other payload. */
const PAYLOADS = Object.entries(matcherEntries).flatMap(([key, { wrapped }]) => {
  const [first]: readonly unknown[] = 'pipe' in wrapped && Array.isArray(wrapped.pipe) ? wrapped.pipe : [];
  return first === payload ? [[`payload ${key}`, wrapped] as const] : [];
});

const CONFIG: ConversionConfig = {
  typeMode: 'input',
  errorMode: 'ignore',
  definitions: { payload, matcher: matcherMap, ...Object.fromEntries(PAYLOADS) },
  overrideRef: ({ referenceId }) => `#/definitions/${referenceId.replace(/ .*/, '')}`,
  overrideSchema: ({ valibotSchema, jsonSchema }) => {
    const known = KINDS.get(valibotSchema);
    if (known) return known;
    if (jsonSchema.default !== '') return undefined;
    const { default: _, ...rest } = jsonSchema;
    return rest;
  },
};

function orTemplate(schema: JsonSchema): JsonSchema {
  const { description, ...rest } = schema;
  const about = description === undefined ? {} : { description };
  const lookUp: JsonSchema = { type: 'string', pattern: TEMPLATE };
  if (schema.anyOf && !schema.anyOf.some(isLookUp) && schema.anyOf.some(isSimple))
    return { ...schema, anyOf: [...schema.anyOf, lookUp] };
  return !schema.anyOf && isSimple(schema) ? { ...about, anyOf: [rest, lookUp] } : schema;
}

/** The same, where any value that is not free text may be looked up instead, however deep it stands. */
function inSteps(schema: JsonSchema): JsonSchema {
  const { properties, items, additionalProperties, anyOf, ...rest } = schema;
  const inner = (part: unknown) =>
    typeof part === 'object' && part !== null ? inSteps(part as JsonSchema) : part;
  const deep = {
    ...rest,
    ...defined({
      properties:
        properties === undefined
          ? undefined
          : Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, inner(value)])),
    }),
    ...(items === undefined || Array.isArray(items) ? { ...(items && { items }) } : { items: inner(items) }),
    ...defined({
      additionalProperties: whenGiven(additionalProperties, inner),
    }),
    ...defined({
      anyOf:
        anyOf === undefined
          ? undefined
          : anyOf.some(isLookUp)
            ? anyOf
            : anyOf.map((each) => (isSimple(each) ? each : inner(each))),
    }),
  } as JsonSchema;
  return orTemplate(deep);
}

function isLookUp(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && (schema as JsonSchema).pattern === TEMPLATE;
}

/** A value without parts that is not any text. */
function isSimple(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  const { type, pattern, enum: words, const: word, anyOf } = schema as JsonSchema;
  if (anyOf) return anyOf.every(isSimple);
  return (
    pattern !== undefined ||
    words !== undefined ||
    word !== undefined ||
    ['number', 'integer', 'boolean'].includes(String(type))
  );
}

type Properties = Record<string, JsonSchema>;

/** The JSON Schema of specification files, made from what the reader itself checks with; every key says what it is for. */
export function assignmentJsonSchema(): object {
  return withNested(assignmentSchema(), '');
}

/** The same with what keys within values are for. */
function withNested(schema: JsonSchema, holder: string): JsonSchema {
  const words = NESTED_KEYS[holder] ?? {};
  const inner = (part: unknown, key: string): unknown => {
    if (Array.isArray(part)) return part.map((each) => inner(each, key));
    return typeof part === 'object' && part !== null ? withNested(part as JsonSchema, key) : part;
  };
  const entries = Object.entries(schema).map(([keyword, value]) => {
    if (keyword === 'properties')
      return [
        keyword,
        Object.fromEntries(
          Object.entries(value as Properties).map(([key, part]) => {
            const about = typeof part === 'object' && part.description === undefined ? words[key] : undefined;
            return [key, inner(about === undefined ? part : { description: about, ...part }, key)];
          }),
        ),
      ];
    if (keyword === 'definitions')
      return [
        keyword,
        Object.fromEntries(Object.entries(value as Properties).map(([key, part]) => [key, inner(part, key)])),
      ];
    const isPart = ['items', 'additionalProperties', 'anyOf'].includes(keyword);
    return [keyword, isPart ? inner(value, holder) : value];
  });
  return Object.fromEntries(entries);
}

function assignmentSchema(): JsonSchema {
  const file = described(convert(headSchema, CONFIG), FILE_KEYS.assignment);
  const properties = propertiesOf(file);
  const collection = (schema: JsonSchema): JsonSchema => ({ type: 'object', additionalProperties: schema });
  const template = described(convert(COLLECTIONS.templates.schema, CONFIG), FILE_KEYS.template);
  const scenario = described(convert(scenarioSchema, CONFIG), FILE_KEYS.scenario);
  const program = described(convert(COLLECTIONS.programs.schema, CONFIG), FILE_KEYS.program);
  const limits = described(convert(limitsSchema, CONFIG), FILE_KEYS.limits);
  const step = stepSchema();
  const about = (key: keyof typeof FILE_KEYS.assignment) => ({ description: FILE_KEYS.assignment[key] });
  const steps: JsonSchema = { type: 'array', minItems: 1, items: { $ref: '#/definitions/step' } };
  const around: JsonSchema = { type: 'array', items: { $ref: '#/definitions/step' } };
  const defaults = described(convert(defaultsSchema, CONFIG), FILE_KEYS.defaults);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'An assignment of socket-grader',
    type: 'object',
    properties: {
      ...properties,
      defaults: {
        ...defaults,
        ...about('defaults'),
        properties: {
          ...propertiesOf(defaults),
          setup: { ...around, description: FILE_KEYS.defaults.setup },
          cleanup: { ...around, description: FILE_KEYS.defaults.cleanup },
        },
      },
      limits: { ...about('limits'), ...limits },
      include: { ...about('include'), ...includeSchema(scenario) },
      params: { ...about('params'), ...collection(convert(paramSchema, CONFIG)) },
      programs: {
        ...about('programs'),
        ...collection({
          ...program,
          properties: {
            ...propertiesOf(program),
            limits: { description: FILE_KEYS.program.limits, ...limits },
            stdin: { description: FILE_KEYS.program.stdin, $ref: '#/definitions/payload' },
            files: {
              ...propertiesOf(program).files,
              ...collection({ anyOf: [{ $ref: '#/definitions/payload' }, convert(certificateFile, CONFIG)] }),
            },
          },
        }),
      },
      templates: {
        ...about('templates'),
        ...collection({ ...template, properties: { ...propertiesOf(template), steps } }),
      },
      scenarios: {
        ...about('scenarios'),
        type: 'array',
        minItems: 1,
        items: { $ref: '#/definitions/scenario' },
      },
    },
    additionalProperties: false,
    // A file that extends another need not repeat what that one says.
    anyOf: [
      { required: ['title', 'programs', 'scenarios'] },
      { required: ['title', 'programs', 'include'] },
      { required: ['extends'] },
    ],
    definitions: {
      scenario: {
        ...scenario,
        required: ['id'],
        properties: {
          ...propertiesOf(scenario),
          limits: { description: FILE_KEYS.scenario.limits, ...limits },
          sources: { ...propertiesOf(step).sources, description: FILE_KEYS.scenario.sources },
          steps: { ...steps, description: FILE_KEYS.scenario.steps },
          setup: { ...around, description: FILE_KEYS.scenario.setup },
          cleanup: { ...around, description: FILE_KEYS.scenario.cleanup },
          remove: { const: true },
        },
      },
      step,
      payload: {
        anyOf: [
          { type: 'string' },
          described(inSteps(convert(v.strictObject(payloadEntries), CONFIG)), PAYLOAD_KEYS),
        ],
      },
      matcher: described(inSteps(convert(v.strictObject(matcherEntries), CONFIG)), MATCHER_KEYS),
    },
  };
}

/** The ready-made scenarios by name, each with its title, and the values that they take. */
function includeSchema(scenario: JsonSchema): JsonSchema {
  const table = libraryTable(shippedLibrary);
  const name: JsonSchema = {
    anyOf: table.map(({ name, title }): JsonSchema => ({ const: name, description: title })),
  };
  const changes = Object.entries(propertiesOf(scenario)).filter(([key]) =>
    (CHANGEABLE as readonly string[]).includes(key),
  );
  const values = table.flatMap(({ values }) =>
    values.map(({ name, about }) => [name, { description: about }]),
  );
  const item: JsonSchema = {
    type: 'object',
    additionalProperties: false,
    required: ['scenario'],
    properties: {
      scenario: {
        description: 'A ready-made scenario, or a list of some that get the same values.',
        anyOf: [name, { type: 'array', minItems: 1, items: name }],
      },
      with: {
        description: 'The values that it takes.',
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(values) as Properties,
      },
      ...Object.fromEntries(changes),
    },
  };
  return { type: 'array', items: { anyOf: [name, item] } };
}

/** One object with all verbs optional: of a union, editors can only say that nothing fits. */
function stepSchema(): JsonSchema {
  const verbs = [...STEPS.values(), USE].map(
    ({ verb, summary, about, shorthand, schema, ...rest }): [string, JsonSchema] => {
      const args = described(inSteps(convert(schema, CONFIG)), {
        ...PAYLOAD_KEYS,
        ...MATCHER_KEYS,
        ...about.keys,
      });
      const waits = 'patience' in rest && rest.patience !== 'never';
      if ('onEach' in rest && rest.onEach) {
        const { on } = propertiesOf(args);
        if (on) args.properties = { ...args.properties, on: orList(on) };
      }
      const within = { ...orTemplate(DURATION), description: STEP_KEYS.within ?? '' };
      const long: JsonSchema = waits ? { ...args, properties: { ...propertiesOf(args), within } } : args;
      const short = shorthand === undefined ? undefined : propertiesOf(args)[shorthand];
      return [
        verb,
        { description: summary, ...(short ? { anyOf: [noMap(withoutDescription(short)), long] } : long) },
      ];
    },
  );
  const extras = described(convert(v.strictObject(stepExtras), CONFIG), STEP_KEYS);
  return {
    type: 'object',
    minProperties: 1,
    additionalProperties: false,
    properties: { ...Object.fromEntries(verbs), ...propertiesOf(extras) },
    dependencies: onlyOne(verbs.map(([verb]) => verb)),
  };
}

/** The short form of a step is no map: that is the long one. */
function noMap(schema: JsonSchema): JsonSchema {
  if (schema.$ref === '#/definitions/payload') return { type: 'string' };
  if (!schema.anyOf) return schema;
  const anyOf = schema.anyOf.filter(
    (each) => typeof each === 'object' && each.type !== 'object' && each.$ref === undefined,
  );
  return anyOf.length > 0 ? { ...schema, anyOf } : schema;
}

/** Of two verbs in one step the second is marked where it stands: each forbids those that come after it in the registry. */
function onlyOne(verbs: readonly string[]): Record<string, JsonSchema> {
  const forbids = verbs.map((verb, index): [string, JsonSchema] => [
    verb,
    { properties: Object.fromEntries(verbs.slice(index + 1).map((other) => [other, false])) },
  ]);
  return Object.fromEntries(forbids.slice(0, -1));
}

/** One of them, or a list of several. */
function orList({ description, ...one }: JsonSchema): JsonSchema {
  return {
    anyOf: [one, { type: 'array', minItems: 1, items: one }],
    ...defined({ description }),
  };
}

function convert(schema: v.GenericSchema<unknown, unknown>, config: ConversionConfig): JsonSchema {
  const { $schema: _, $defs: __, ...rest } = toJsonSchema(schema, config);
  return rest;
}

function propertiesOf(schema: JsonSchema): Properties {
  return (schema.properties ?? {}) as Properties;
}

function described(schema: JsonSchema, words: Readonly<Record<string, string>>): JsonSchema {
  const properties = Object.entries(propertiesOf(schema)).map(([key, value]) => {
    const description = words[key];
    return [key, description === undefined ? value : { ...value, description }];
  });
  return { ...schema, properties: Object.fromEntries(properties) as Properties };
}

function withoutDescription({ description: _, ...rest }: JsonSchema): JsonSchema {
  return rest;
}
