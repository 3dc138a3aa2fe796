import * as v from 'valibot';
import { name } from '../base/fields.ts';
import { defineStep } from './definition.ts';
import { innerSteps, UNFOLDED } from './nesting.ts';

/** Does some steps so many times; `${{ round }}` counts from 1. */
export const repeat = defineStep({
  ...UNFOLDED,
  verb: 'repeat',
  summary: `Repeat steps a number of times, one round after another; "\${{ round }}" is 1, 2, … within them. Connections that a round opens must be closed in it. With "at_once" all rounds run at the same time, as many clients: each has a connection of its own under the name "as", called c[7] afterwards where "as" is c.`,
  about: {
    group: 'flow',
    keys: {
      times: 'How often.',
      steps: 'What is done in each round.',
      at_once: 'With `true` all rounds run at the same time.',
      as: 'With `at_once`: the name under which each round has a connection of its own.',
      barrier: 'With `at_once`: `open` makes all rounds wait until all of them are connected.',
    },
    examples: [
      'repeat: { times: 3, steps: [{ send: { line: "${{ round }}" } }, { expect: { read: line } }] }',
      'repeat: { times: 50, at_once: true, as: c, barrier: open, steps: [{ connect: c }, { send: hi }, { expect: hi }] }',
    ],
  },
  schema: v.pipe(
    v.strictObject({
      times: v.pipe(
        v.number('is a number of times'),
        v.integer('is a whole number'),
        v.minValue(1, 'is at least 1'),
        v.maxValue(1000, 'is at most 1000'),
      ),
      steps: innerSteps,
      at_once: v.exactOptional(v.boolean('is true or false'), false),
      as: v.exactOptional(name),
      barrier: v.exactOptional(v.literal('open', 'is open')),
    }),
    v.check(
      ({ at_once: atOnce, as, barrier }) => atOnce || (as === undefined && barrier === undefined),
      'has "as" or "barrier", which go with at_once\nadd at_once: true',
    ),
    v.check(
      ({ at_once: atOnce, as }) => !atOnce || as !== undefined,
      'needs a name for the connection of each round\nadd as: c',
    ),
  ),
  nests: 'steps',
  sentence: ({ times, at_once: atOnce }) =>
    `Do ${times} times${atOnce ? ', all at once,' : ''} what follows.`,
});
