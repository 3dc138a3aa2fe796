import { percent } from '../percent.ts';
import { defineObservation } from './definition.ts';
import type { ThreadState } from './kernel-facts.ts';

/** What a program that should be blocked was seen to do. `unseen`: the system does not tell. */
export type BlockedState =
  | 'blocked'
  | 'spinning'
  | 'polling'
  | 'elsewhere'
  | 'exited'
  | 'closed'
  | 'not_accepted'
  | 'unseen';

/** What a program did that should be blocked in a call. */
export interface Blocked {
  readonly what: 'blocked';
  readonly program: string;
  readonly in: string;
  readonly on?: string;
  readonly state: BlockedState;
  /** The socket is in non-blocking mode; absent where that is not known. */
  readonly nonBlocking?: boolean;
  readonly share: number;
  readonly window: number;
  readonly threads: readonly ThreadState[];
  readonly detail?: string;
  /** Bytes that it printed within the window, where it prints on and on. */
  readonly printed?: number;
}

export const blocked = defineObservation<Blocked>({
  what: 'blocked',
  describe: (seen) => `${describeState(seen)} · ${percent(seen.share)} CPU`,
});

function describeState(seen: Blocked): string {
  const call = `${seen.in}()${seen.on === undefined ? '' : ` on ${seen.on}`}`;
  switch (seen.state) {
    case 'blocked':
      return `blocked in ${call}`;
    case 'spinning':
    case 'polling':
      return `${seen.state} instead of waiting in ${call}`;
    case 'elsewhere':
      return `not in ${call} but elsewhere`;
    case 'exited':
      return `not in ${call}: it ended`;
    case 'closed':
      return `not in ${call}: it closed`;
    case 'not_accepted':
      return `${seen.on ?? 'the connection'} is not accepted yet`;
    case 'unseen':
      return `${call} can’t be seen here`;
  }
}
