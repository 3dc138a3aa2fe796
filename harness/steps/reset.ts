import * as v from 'valibot';
import { name } from '../base/fields.ts';
import { ON_KEY } from './about-keys.ts';
import { defineStep } from './definition.ts';
import { onNamed } from './effect.ts';
import { PASS } from './outcome.ts';
import { closeConnection, needs, withProblems } from './scope.ts';

/** Aborts a connection (RST), as a client that crashed does. */
export const reset = defineStep({
  verb: 'reset',
  summary: 'Abort a connection (RST), as a client that crashed does.',
  about: { group: 'ending', keys: { on: ON_KEY }, examples: ['reset: a'] },
  shorthand: 'on',
  schema: v.strictObject({ on: v.exactOptional(name, '') }),
  asserts: false,
  patience: 'never',
  scope: (args, scope) => {
    const scoped = closeConnection(args, scope);
    return withProblems(
      scoped,
      needs(scoped.args.on, 'ends', scope, { what: 'nothing can be reset', fix: 'use close' }),
    );
  },
  effects: ({ on }) => onNamed(on, (conn) => ({ kind: 'closes', conn })),
  sentence: ({ on }) => `Abort ${on} (RST).`,
  run: ({ on }, context) => context.reset(on),
  judge: () => PASS,
});
