import * as v from 'valibot';
import { name } from '../base/fields.ts';
import { type Payload, payloadBytes, showPayload } from '../match/payload.ts';
import { payloadEntries, payloadProblem, toPayload } from '../match/payload-fields.ts';
import { defineStep } from './definition.ts';
import { toStarted } from './effect.ts';
import { inconclusive, PASS } from './outcome.ts';
import { onlyProgram } from './scope.ts';

interface Args {
  readonly program: string;
  readonly payload?: Payload;
  readonly eof: boolean;
}

const schema: v.GenericSchema<unknown, Args> = v.pipe(
  v.strictObject({
    program: v.exactOptional(name, ''),
    ...payloadEntries,
    eof: v.exactOptional(v.boolean('is true or false'), false),
  }),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const { program, eof, ...fields } = dataset.value;
    const nothing = Object.keys(fields).length === 0;
    const problem = nothing && eof ? undefined : payloadProblem(fields);
    if (problem !== undefined) {
      addIssue({ message: problem });
      return NEVER;
    }
    return { program, eof, ...(nothing ? {} : { payload: toPayload(fields) }) };
  }),
);

/** Types for the user: writes to a program's standard input. */
export const stdin = defineStep({
  verb: 'stdin',
  summary:
    'Write to a program\'s standard input, as a user who types; "eof: true" closes it afterwards. What the program does with it is for later steps to say.',
  about: {
    group: 'program',
    keys: {
      program: 'The program; may be left out when there is only one.',
      eof: 'With `true` its standard input is closed after that, as Ctrl-D does.',
    },
    examples: ['stdin: { line: hello }', 'stdin: { program: server, eof: true }'],
  },
  shorthand: 'text',
  takesText: 'bytes',
  schema,
  asserts: false,
  patience: 'never',
  scope: (args, scope) => onlyProgram(args, scope),
  effects: (args) => toStarted(args),
  sentence: ({ program, payload, eof }, seed) => {
    const end = 'close its standard input';
    if (!payload) return `For ${program}: ${end}.`;
    return `Type for ${program} (standard input)${eof ? ` and then ${end}` : ''}: ${showPayload(payload, seed)}`;
  },
  run: ({ program, payload, eof }, context) =>
    context.feed(program, payload ? payloadBytes(payload, context.seed) : Buffer.alloc(0), eof),
  judge: ({ program }, view) => {
    if (view.instance(program)) return PASS;
    return inconclusive('precondition', {
      cause: 'unknown',
      summary: `The program ${program} was not started, so it has no standard input.`,
    });
  },
});
