import * as v from 'valibot';
import { duration, name, signal } from '../base/fields.ts';
import { milliseconds } from '../base/units.ts';
import { PROGRAM_KEY } from './about-keys.ts';
import { defineStep } from './definition.ts';
import { toStarted } from './effect.ts';
import { PASS } from './outcome.ts';
import { useProgram } from './scope.ts';

/** Ends a program: the signal goes to its process group, and SIGKILL follows when the grace time is over. */
export const stop = defineStep({
  verb: 'stop',
  summary:
    'End a program: send a signal (default SIGTERM) to its process group, and SIGKILL after the grace time (default 1s).',
  about: {
    group: 'program',
    keys: {
      program: PROGRAM_KEY,
      signal: 'The signal that is sent first.',
      grace: 'How long it may take to end before SIGKILL is sent.',
    },
    examples: ['stop: server', 'stop: { program: server, signal: SIGKILL }'],
  },
  shorthand: 'program',
  schema: v.strictObject({
    program: name,
    signal: v.exactOptional(signal, 'SIGTERM'),
    grace: v.exactOptional(duration, '1s'),
  }),
  asserts: false,
  patience: 'never',
  scope: (args, scope) => ({ args, problems: useProgram(args, scope) }),
  effects: (args) => [...toStarted(args, 'stops'), { kind: 'observes' }],
  sentence: ({ program, signal: first, grace }) =>
    `End ${program}: send ${first} to it and its children, and SIGKILL if it still runs ${milliseconds(grace)} later.`,
  run: (args, context) => context.stop(args.program, args),
  judge: () => PASS,
});
