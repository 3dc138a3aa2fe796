import { defineObservation } from './definition.ts';

/** A program that ended after it had been stopped and continued: started anew, and stopped and continued for nothing; null when that could not be done. */
export interface StopTrial {
  readonly what: 'stop_trial';
  readonly program: string;
  readonly ended: boolean | null;
}

export const stopTrial = defineObservation<StopTrial>({
  what: 'stop_trial',
  describe: ({ ended }) =>
    `stopped and continued for nothing: ${ended === null ? 'could not be tried' : ended ? 'ends' : 'lives on'}`,
});
