import * as v from 'valibot';
import { name } from '../base/fields.ts';
import { PROGRAM_KEY } from './about-keys.ts';
import { defineStep } from './definition.ts';
import { toStarted } from './effect.ts';
import { PASS } from './outcome.ts';
import { useProgram } from './scope.ts';

/** Lets a paused program go on (SIGCONT). */
export const resume = defineStep({
  verb: 'resume',
  summary: 'Let a paused program go on (SIGCONT).',
  about: { group: 'program', keys: { program: PROGRAM_KEY }, examples: ['resume: server'] },
  shorthand: 'program',
  schema: v.strictObject({ program: name }),
  asserts: false,
  patience: 'never',
  scope: (args, scope) => ({ args, problems: useProgram(args, scope) }),
  effects: (args) => toStarted(args, 'resumes'),
  sentence: ({ program }) => `Let ${program} go on (SIGCONT).`,
  run: ({ program }, context) => context.resume(program),
  judge: () => PASS,
});
