import * as v from 'valibot';
import { duration, name, signal } from '../base/fields.ts';
import { PASS, type StepDefinition } from './definition.ts';
import { useProgram } from './scope.ts';
import { judgeStart, START_WITHIN, USUAL_START } from './start.ts';

const entries = {
  program: name,
  signal: v.exactOptional(signal, 'SIGTERM'),
  grace: v.exactOptional(duration, '1s'),
};
const schema = v.strictObject(entries);
type Args = v.InferOutput<typeof schema>;

/** Ends a program: the signal goes to its process group, and SIGKILL follows when the grace time is over. */
export const stop: StepDefinition<Args> = {
  verb: 'stop',
  summary:
    'End a program: send a signal (default SIGTERM) to its process group, and SIGKILL after the grace time (default 1s).',
  shorthand: 'program',
  schema,
  asserts: false,
  patience: 'never',
  scope: (args, scope) => ({ args, problems: useProgram(args, scope) }),
  run: (args, context) => context.stop(args.program, args),
  judge: () => PASS,
};

/** Ends a program and starts it again on the same port. */
export const restart: StepDefinition<Args> = {
  ...stop,
  verb: 'restart',
  summary: 'End a program and start it again on the same port.',
  asserts: true,
  patience: START_WITHIN,
  lasts: () => USUAL_START,
  run: async (args, context) => {
    await context.stop(args.program, args);
    await context.start(args.program);
  },
  judge: ({ program }, view) => judgeStart(program, view),
};
