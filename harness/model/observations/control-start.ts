import { defineObservation } from './definition.ts';

/** A restart that failed, tried once more after the port was cleared of its old connections. */
export interface ControlStart {
  readonly what: 'control_start';
  readonly program: string;
  readonly port: number;
  readonly listens: boolean;
  /** SO_REUSEADDR is set on the socket that it listens with; absent where that can't be read. */
  readonly reuseAddress?: boolean;
}

export const controlStart = defineObservation<ControlStart>({
  what: 'control_start',
  describe: ({ port, listens, reuseAddress }) =>
    `started on the cleared port ${port}: ${listens ? 'listens' : 'does not listen'}${describeFlag(reuseAddress)}`,
});

/** Whether SO_REUSEADDR is set, as the rest of a sentence; empty where that was not seen. */
function describeFlag(set: boolean | undefined): string {
  return set === undefined ? '' : `, ${set ? 'with' : 'without'} SO_REUSEADDR`;
}
