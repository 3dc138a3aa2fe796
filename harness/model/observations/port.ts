import { defineObservation } from './definition.ts';
import { describeListeners, type Listener } from './kernel-facts.ts';

export type PortState = 'free' | 'listening' | 'time_wait' | 'in_use' | 'unseen';

/** How a TCP port stands. */
export interface Port {
  readonly what: 'port';
  readonly port: number;
  readonly state: PortState;
  /** Old connections on the port that are in TIME_WAIT. */
  readonly timeWait: number;
  readonly listeners: readonly Listener[];
  /** Whether a program that was asked about holds one of these sockets; null where that can't be seen. */
  readonly owned?: boolean | null;
  readonly detail?: string;
}

export const port = defineObservation<Port>({
  what: 'port',
  describe: (seen) => `port ${seen.port} ${describeState(seen)}`,
});

function describeState({ state, listeners }: Port): string {
  const who = listeners.length > 0 ? `: ${describeListeners(listeners)}` : '';
  return {
    free: 'is free',
    listening: 'has a listener',
    time_wait: 'in TIME_WAIT',
    in_use: `in use${who}`,
    unseen: 'can’t be seen here',
  }[state];
}
