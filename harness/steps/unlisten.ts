import * as v from 'valibot';
import { name } from '../base/fields.ts';
import { defineStep } from './definition.ts';
import { onNamed } from './effect.ts';
import { PASS } from './outcome.ts';
import { useListener } from './scope.ts';

/** Stops listening. */
export const unlisten = defineStep({
  verb: 'unlisten',
  summary:
    'Stop listening, as a server that goes away: whoever connects from now on is refused. Open TCP connections stay open.',
  about: {
    group: 'answering',
    keys: { on: 'Where the grader listens; may be left out when there is only one place.' },
    examples: ['unlisten: door'],
  },
  shorthand: 'on',
  schema: v.strictObject({ on: v.exactOptional(name, '') }),
  asserts: false,
  patience: 'never',
  scope: (args, scope) => {
    const scoped = useListener(args, scope);
    return typeof scoped.args.on === 'string' ? { ...scoped, unlistens: scoped.args.on } : scoped;
  },
  effects: ({ on }) => onNamed(on, (listener) => ({ kind: 'unlistens', listener })),
  sentence: ({ on }) => `Stop listening as ${on}.`,
  run: async ({ on }, context) => context.unlisten(on),
  judge: () => PASS,
});
