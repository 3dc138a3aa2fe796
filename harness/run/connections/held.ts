import type { Transport } from '../../model/transport.ts';
import type { Channel } from '../../net/index.ts';
import type { Link } from '../link.ts';

/** A connection of ours. */
export interface Held {
  readonly channel: Channel;
  /** The program at the other end; absent where the program connected to us. */
  readonly program?: string;
  readonly transport: Transport;
  /** The ports of the two ends. */
  readonly ours: number;
  readonly theirs: number;
  /** What it goes through, and whether the door that it came by does so with what comes. */
  link?: { readonly link: Link; readonly atDoor: boolean };
  /** Datagrams to ports where nothing is bound, before the last send. */
  noPortBefore?: number | null;
  /** Set while it is being found out how the connection ended. */
  ending?: Promise<void>;
  /** The program has had time for what it does with a new client. */
  welcomed?: true;
}

/** Whoever sees what comes on a connection; `isOrderly` says that it has not been aborted. */
export interface Tap {
  data(bytes: Buffer): void;
  end(isOrderly: boolean): void;
}
