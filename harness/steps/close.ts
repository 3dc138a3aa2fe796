import * as v from 'valibot';
import { name } from '../base/fields.ts';
import { ON_KEY } from './about-keys.ts';
import { defineStep } from './definition.ts';
import { onNamed } from './effect.ts';
import { PASS } from './outcome.ts';
import { closeConnection } from './scope.ts';

/** Closes a connection in an orderly way (FIN). */
export const close = defineStep({
  verb: 'close',
  summary: 'Close a connection in an orderly way (FIN).',
  about: { group: 'ending', keys: { on: ON_KEY }, examples: ['close: a'] },
  shorthand: 'on',
  schema: v.strictObject({ on: v.exactOptional(name, '') }),
  asserts: false,
  patience: 'never',
  scope: (args, scope) => closeConnection(args, scope),
  effects: ({ on }) => onNamed(on, (conn) => ({ kind: 'closes', conn })),
  sentence: ({ on }) => `Close ${on} in an orderly way (FIN).`,
  byHand: ({ on }) => ({ kind: 'close', conn: on }),
  run: ({ on }, context) => context.close(on),
  judge: () => PASS,
});
