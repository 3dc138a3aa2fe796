import { defineObservation } from './definition.ts';
import { describeListeners, type Listener } from './kernel-facts.ts';

/** How waiting for a program to be ready ended. */
export type ReadyState =
  | 'listening'
  | 'exited'
  | 'other_port'
  | 'swapped_port'
  | 'other_address'
  | 'port_taken'
  | 'port_denied'
  | 'still_running'
  | 'leftover_child'
  | 'udp'
  | 'tcp'
  | 'waits_on_stdin'
  | 'no_listen'
  | 'idle'
  | 'starting'
  | 'not_started'
  | 'ready'
  | 'unseen';

/** Each state in a few words. */
const LABELS: Readonly<Record<ReadyState, string>> = {
  other_port: 'listens on another port',
  swapped_port: 'listens, port bytes swapped',
  other_address: 'listens on another address',
  port_taken: 'the port is taken',
  still_running: 'still runs',
  port_denied: 'the port is for the administrator only',
  leftover_child: 'an old child holds the port',
  waits_on_stdin: 'waits for standard input',
  no_listen: 'has a socket, does not listen',
  idle: 'does not listen, is idle',
  starting: 'is still starting',
  not_started: 'has not started',
  exited: 'ended instead of listening',
  unseen: 'can’t be seen here',
  udp: 'is bound to UDP',
  tcp: 'listens on TCP',
  listening: 'listening',
  ready: 'ready',
};

/** Whether a program came to listen, and where. */
export interface Listening {
  readonly what: 'listening';
  readonly program: string;
  readonly state: ReadyState;
  readonly listeners: readonly Listener[];
  readonly port: number | null;
  /** The port that it was given, where the one that it listens on has the same two bytes the other way round. */
  readonly swappedFrom?: number;
  readonly detail?: string;
}

export const listening = defineObservation<Listening>({
  what: 'listening',
  describe,
});

function describe({ state, listeners }: Listening): string {
  return `${LABELS[state]}${listeners.length > 0 ? ` on ${describeListeners(listeners)}` : ''}`;
}
