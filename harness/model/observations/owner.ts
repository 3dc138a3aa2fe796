import { defineObservation } from './definition.ts';

/** Who can be reached on a port that a step names; null where it is no program of this run. */
export interface Owner {
  readonly what: 'owner';
  readonly port: number;
  readonly program: string | null;
}

export const owner = defineObservation<Owner>({
  what: 'owner',
  describe: ({ port, program }) => `port ${port} is ${program === null ? 'free' : `${program}’s`}`,
});
