import * as v from 'valibot';
import { name } from '../base/fields.ts';
import { type Payload, payloadBytes } from '../match/payload.ts';
import { payloadEntries, payloadProblem, toPayload } from '../match/payload-fields.ts';
import { inconclusive, PASS, type StepDefinition } from './definition.ts';
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
export const stdin: StepDefinition<Args> = {
  verb: 'stdin',
  summary:
    'Write to a program\'s standard input, as a user who types; "eof: true" closes it afterwards. What the program does with it is for later steps to say.',
  shorthand: 'text',
  schema,
  asserts: false,
  patience: 'never',
  scope: (args, scope) => onlyProgram(args, scope),
  run: ({ program, payload, eof }, context) =>
    context.feed(program, payload ? payloadBytes(payload, context.seed) : Buffer.alloc(0), eof),
  judge: ({ program }, view) => {
    if (view.instance(program)) return PASS;
    return inconclusive('precondition', {
      cause: 'unknown',
      summary: `The program ${program} was not started, so it has no standard input.`,
    });
  },
};
