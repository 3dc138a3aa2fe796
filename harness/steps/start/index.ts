import * as v from 'valibot';
import { name } from '../../base/fields.ts';
import { PROGRAM_KEY } from '../about-keys.ts';
import { defineStep } from '../definition.ts';
import { onNamed } from '../effect.ts';
import { useProgram } from '../scope.ts';
import { judgeStart, START_WITHIN, USUAL_START } from './judge.ts';

/** Launches a program and waits until it is ready, as its `ready` says: listening, unless asked otherwise. */
export const start = defineStep({
  verb: 'start',
  summary: 'Launch a program and wait until it is ready (listening, unless its "ready" says otherwise).',
  about: { group: 'program', keys: { program: PROGRAM_KEY }, examples: ['start: server'] },
  shorthand: 'program',
  schema: v.strictObject({ program: name }),
  asserts: false,
  patience: START_WITHIN,
  scope: (args, scope) => ({ args, problems: useProgram(args, scope) }),
  effects: ({ program }) => onNamed(program, (name) => ({ kind: 'starts', program: name, again: false })),
  lasts: () => USUAL_START,
  sentence: ({ program }) => `Start the program ${program} and wait until it is ready.`,
  run: ({ program }, context) => context.start(program),
  judge: ({ program }, view) => judgeStart(program, view),
});
