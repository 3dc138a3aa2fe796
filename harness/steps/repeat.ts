import * as v from 'valibot';
import { defineStep } from './definition.ts';
import { innerSteps, UNFOLDED } from './nesting.ts';

/** Does some steps so many times; `${{ round }}` counts from 1. */
export const repeat = defineStep({
  ...UNFOLDED,
  verb: 'repeat',
  summary: `Do some steps so many times, one round after another; "\${{ round }}" is 1, 2, … within them. Connections that a round opens must be closed in it.`,
  about: {
    group: 'flow',
    keys: { times: 'How often.', steps: 'What is done in each round.' },
    examples: [
      'repeat: { times: 3, steps: [{ send: { line: "${{ round }}" } }, { expect: { read: line } }] }',
    ],
  },
  schema: v.strictObject({
    times: v.pipe(
      v.number('is a number of times'),
      v.integer('is a whole number'),
      v.minValue(1, 'is at least 1'),
      v.maxValue(1000, 'is at most 1000'),
    ),
    steps: innerSteps,
  }),
  nests: 'steps',
  sentence: ({ times }) => `Do ${times} times what follows.`,
});
