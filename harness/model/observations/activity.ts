import { defineObservation } from './definition.ts';
import { describeShare, type ThreadState } from './kernel-facts.ts';

/** What a program did for a moment. */
export interface Activity {
  readonly what: 'activity';
  readonly program: string;
  readonly alive: boolean;
  readonly share: number;
  readonly threads: readonly ThreadState[];
  /** Bytes of our connections that the program had not read, by their names. */
  readonly unread: { readonly [conn: string]: number };
  /** Our connections that wait in the queue of the listening socket, not accepted. */
  readonly queued?: readonly string[];
  /** The calls that a busy program was caught in, most often first. */
  readonly busyIn?: readonly string[];
  /** Bytes that it printed meanwhile, where it prints on and on. */
  readonly printed?: number;
}

export const activity = defineObservation<Activity>({
  what: 'activity',
  describe: ({ program, alive, share }) =>
    alive ? `${program} ${describeShare(share)}` : `${program} is gone`,
});
