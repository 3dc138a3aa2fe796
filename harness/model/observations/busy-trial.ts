import { defineObservation } from './definition.ts';

/** A program that is busy once a client has been there: started anew, and busy or not before any client comes; null when that could not be seen. */
export interface BusyTrial {
  readonly what: 'busy_trial';
  readonly program: string;
  readonly busy: boolean | null;
}

export const busyTrial = defineObservation<BusyTrial>({
  what: 'busy_trial',
  describe: ({ busy }) =>
    `started anew, without a client: ${busy === null ? 'could not be watched' : busy ? 'busy' : 'quiet'}`,
});
