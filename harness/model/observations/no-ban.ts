import { defineObservation } from './definition.ts';

/** Tried on sockets of the grader: this system lets anybody bind a port in TIME_WAIT, so a restart proves nothing. */
export interface NoBan {
  readonly what: 'no_ban';
  readonly port: number;
}

export const noBan = defineObservation<NoBan>({
  what: 'no_ban',
  describe: ({ port }) => `port ${port}: TIME_WAIT blocks no bind`,
});
