import { defineObservation } from './definition.ts';

/** The old connections were gone by the time that the program listened again, so its restart proves nothing. */
export interface TimeWaitOver {
  readonly what: 'time_wait_over';
  readonly port: number;
}

export const timeWaitOver = defineObservation<TimeWaitOver>({
  what: 'time_wait_over',
  describe: ({ port }) => `port ${port} is no longer in TIME_WAIT`,
});
