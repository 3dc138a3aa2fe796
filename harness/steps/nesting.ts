import * as v from 'valibot';
import type { StepDefinition } from './definition.ts';
import { PASS } from './outcome.ts';

/** The steps within a step; each of them is read for itself. */
export const innerSteps = v.pipe(
  v.array(v.unknown(), 'is a list of steps'),
  v.nonEmpty('needs at least one step'),
);

/** What steps that hold others have in common: the plan has their steps in place of them. */
export const UNFOLDED = {
  asserts: false,
  patience: 'never',
  scope: (args) => ({ args, problems: [] }),
  run: async () => {},
  judge: () => PASS,
} satisfies Omit<StepDefinition<unknown>, 'verb' | 'summary' | 'about' | 'schema' | 'sentence'>;
