import * as v from 'valibot';
import { defineStep } from './definition.ts';
import { innerSteps, UNFOLDED } from './nesting.ts';

/** Does several lists of steps at the same time, and goes on once all of them are done. */
export const parallel = defineStep({
  ...UNFOLDED,
  verb: 'parallel',
  summary:
    'Do several named lists of steps (branches) at the same time, and go on once all are done. A branch that fails ends early; the others run to their end.',
  about: {
    group: 'flow',
    keys: {},
    examples: ['parallel: { one: [{ send: { line: hello } }], other: [{ connect: b }, { close: b }] }'],
  },
  schema: v.pipe(
    v.record(
      v.pipe(v.string(), v.regex(/^[A-Za-z_][\w-]*$/, 'is a name')),
      innerSteps,
      'is a map of branches, each a name and a list of steps',
    ),
    v.check((branches) => Object.keys(branches).length > 1, 'needs at least two branches'),
  ),
  nests: 'branches',
  sentence: (branches) => `Do ${Object.keys(branches).join(' and ')} at the same time.`,
});
