import * as v from 'valibot';
import { name } from '../base/fields.ts';
import { PROGRAM_KEY } from './about-keys.ts';
import { defineStep } from './definition.ts';
import { describeExit, lastOutput } from './describe.ts';
import { toStarted } from './effect.ts';
import { fail, inconclusive, PASS } from './outcome.ts';
import { useProgram } from './scope.ts';

/** Stops a program in its tracks (SIGSTOP), so that it can neither accept nor receive. */
export const pause = defineStep({
  verb: 'pause',
  summary: 'Stop a program in its tracks (SIGSTOP): it can neither accept nor receive until it is resumed.',
  about: { group: 'program', keys: { program: PROGRAM_KEY }, examples: ['pause: server'] },
  shorthand: 'program',
  schema: v.strictObject({ program: name }),
  asserts: false,
  patience: 'default',
  scope: (args, scope) => ({ args, problems: useProgram(args, scope) }),
  effects: (args) => toStarted(args, 'pauses'),
  sentence: ({ program }) => `Stop ${program} in its tracks (SIGSTOP).`,
  run: ({ program }, context) => context.pause(program),
  judge: ({ program }, view) => {
    const instance = view.instance(program);
    if (instance?.exit && !instance.inBackground) {
      return fail({
        cause: 'exited',
        summary: `The program ${describeExit(instance)}, although it was not asked to.`,
        evidence: lastOutput(view, program),
      });
    }
    if (view.observed('stopped')?.stopped) return PASS;
    return inconclusive('precondition', {
      cause: 'unknown',
      summary: 'The program could not be stopped with SIGSTOP.',
    });
  },
});
