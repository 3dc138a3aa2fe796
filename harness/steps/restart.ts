import * as v from 'valibot';
import { duration, name, signal } from '../base/fields.ts';
import { PROGRAM_KEY } from './about-keys.ts';
import { defineStep } from './definition.ts';
import { onNamed } from './effect.ts';
import { useProgram } from './scope.ts';
import { judgeStart, START_WITHIN, USUAL_START } from './start/judge.ts';

/** Ends a program and starts it again on the same port. */
export const restart = defineStep({
  verb: 'restart',
  summary: 'End a program and start it again on the same port.',
  about: {
    group: 'program',
    keys: {
      program: PROGRAM_KEY,
      signal: 'The signal that ends it.',
      grace: 'How long it may take to end before SIGKILL is sent.',
    },
    examples: ['restart: server'],
  },
  shorthand: 'program',
  schema: v.strictObject({
    program: name,
    signal: v.exactOptional(signal, 'SIGTERM'),
    grace: v.exactOptional(duration, '1s'),
  }),
  asserts: false,
  patience: START_WITHIN,
  scope: (args, scope) => ({ args, problems: useProgram(args, scope) }),
  effects: ({ program }) => onNamed(program, (name) => ({ kind: 'starts', program: name, again: true })),
  lasts: () => USUAL_START,
  sentence: ({ program, signal: first }) =>
    `End ${program} with ${first} and start it again on the same port.`,
  run: async (args, context) => {
    await context.stop(args.program, args);
    await context.start(args.program);
  },
  judge: ({ program }, view) => judgeStart(program, view),
});
