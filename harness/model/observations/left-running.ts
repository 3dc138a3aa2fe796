import { defineObservation } from './definition.ts';

/** Processes that go on after the first process of a program has ended by itself. */
export interface LeftRunning {
  readonly what: 'left_running';
  readonly program: string;
  readonly processes: number;
  /** One of them listens on the program's port, so that the program serves from the background. @default false */
  readonly listens?: true;
}

export const leftRunning = defineObservation<LeftRunning>({
  what: 'left_running',
  describe: ({ program, processes }) =>
    `${program}: ${processes} process${processes === 1 ? '' : 'es'} left running`,
});
