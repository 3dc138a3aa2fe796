import { defineObservation } from './definition.ts';

/** Signals that a program has installed handlers for, as far as they matter. */
export interface Signals {
  readonly what: 'signals';
  readonly program: string;
  readonly caught: readonly string[];
}

export const signals = defineObservation<Signals>({
  what: 'signals',
  describe: ({ program, caught }) => `${program} handles ${caught.join(', ')}`,
});
