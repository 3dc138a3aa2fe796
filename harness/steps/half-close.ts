import * as v from 'valibot';
import { name } from '../base/fields.ts';
import { ON_KEY } from './about-keys.ts';
import { defineStep } from './definition.ts';
import { onNamed } from './effect.ts';
import { PASS } from './outcome.ts';
import { needs, useConnection, withProblems } from './scope.ts';

/** Says that nothing more will be sent (FIN) and goes on reading. */
export const halfClose = defineStep({
  verb: 'half_close',
  summary: 'Say that nothing more will be sent (FIN), and go on reading.',
  about: { group: 'ending', keys: { on: ON_KEY }, examples: ['half_close: a'] },
  shorthand: 'on',
  schema: v.strictObject({ on: v.exactOptional(name, '') }),
  asserts: false,
  patience: 'never',
  scope: (args, scope) => {
    const scoped = useConnection(args, scope);
    const fix = 'use close, or say in the protocol itself that this was all';
    return withProblems(
      scoped,
      needs(scoped.args.on, 'halfClose', scope, { what: 'nothing can be half-closed', fix }),
    );
  },
  effects: ({ on }) => [
    ...onNamed(on, (conn) => ({ kind: 'sends' as const, conn })),
    ...onNamed(on, (conn) => ({ kind: 'half_closes' as const, conn })),
  ],
  sentence: ({ on }) => `Say on ${on} that nothing more will be sent (FIN); go on reading.`,
  byHand: ({ on }) => ({ kind: 'half_close', conn: on }),
  run: ({ on }, context) => context.halfClose(on),
  judge: () => PASS,
});
