import * as v from 'valibot';
import { text } from '../base/fields.ts';
import { defineStep } from './definition.ts';
import { PASS } from './outcome.ts';

/** Writes a remark into the record of the run. */
export const note = defineStep({
  verb: 'note',
  summary: 'Write a remark into the record of the run.',
  about: {
    group: 'flow',
    keys: { text: 'The remark.' },
    examples: ['note: from here on the server is alone'],
  },
  shorthand: 'text',
  takesText: 'prose',
  schema: v.strictObject({ text }),
  asserts: false,
  patience: 'never',
  scope: (args) => ({ args, problems: [] }),
  sentence: (args) => `Write into the record: ${args.text}`,
  run: async (args, context) => context.note(args.text),
  judge: () => PASS,
});
