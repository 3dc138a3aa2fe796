import * as v from 'valibot';
import { duration } from '../base/fields.ts';
import { milliseconds } from '../base/units.ts';
import { defineStep } from './definition.ts';
import { PASS } from './outcome.ts';

/** Lets time pass; a state that can be waited for is nearly always better. */
export const sleep = defineStep({
  verb: 'sleep',
  summary:
    'Let time pass. What are you waiting for? An expect, a check or "every: received" is quicker on a fast machine and right on a slow one.',
  about: { group: 'flow', keys: { for: 'How long.' }, examples: ['sleep: 100ms'] },
  shorthand: 'for',
  schema: v.strictObject({ for: duration }),
  asserts: false,
  patience: 'never',
  warning: {
    message: 'what are you waiting for?',
    fix: 'an expect or a check waits until it is so; between pieces: chunk with every: received',
  },
  scope: (args) => ({ args, problems: [] }),
  lasts: (args) => args.for,
  effects: () => [{ kind: 'observes' }],
  sentence: (args) => `Let ${milliseconds(args.for)} pass.`,
  run: (args, context) => context.elapse(args.for),
  judge: () => PASS,
});
