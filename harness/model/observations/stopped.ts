import { defineObservation } from './definition.ts';

/** Whether a signal has stopped a program. */
export interface Stopped {
  readonly what: 'stopped';
  readonly program: string;
  readonly stopped: boolean;
}

export const stopped = defineObservation<Stopped>({
  what: 'stopped',
  describe: ({ program, stopped }) => `${program} is ${stopped ? 'stopped' : 'not stopped'}`,
});
