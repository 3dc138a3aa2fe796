import * as v from 'valibot';
import { name } from '../base/fields.ts';
import { fail, inconclusive, PASS, type StepDefinition } from './definition.ts';
import { describeExit, lastOutput } from './describe.ts';
import { useProgram } from './scope.ts';

const schema = v.strictObject({ program: name });
type Args = v.InferOutput<typeof schema>;

/** Stops a program in its tracks (SIGSTOP), so that it can neither accept nor receive. */
export const pause: StepDefinition<Args> = {
  verb: 'pause',
  summary: 'Stop a program in its tracks (SIGSTOP): it can neither accept nor receive until it is resumed.',
  shorthand: 'program',
  schema,
  asserts: false,
  patience: 'default',
  scope: (args, scope) => ({ args, problems: useProgram(args, scope) }),
  run: ({ program }, context) => context.pause(program),
  judge: ({ program }, view) => {
    const instance = view.instance(program);
    if (instance?.exit) {
      return fail({
        cause: 'exited',
        summary: `The program ${describeExit(instance)}, though nobody told it to.`,
        evidence: lastOutput(view, program),
      });
    }
    if (view.observed('stopped')?.stopped) return PASS;
    return inconclusive('precondition', {
      cause: 'unknown',
      summary: 'The program could not be stopped with SIGSTOP.',
    });
  },
};

/** Lets a paused program go on (SIGCONT). */
export const resume: StepDefinition<Args> = {
  ...pause,
  verb: 'resume',
  summary: 'Let a paused program go on (SIGCONT).',
  patience: 'never',
  run: ({ program }, context) => context.resume(program),
  judge: () => PASS,
};
