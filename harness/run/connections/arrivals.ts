import { deadlineIn, type TcpState } from '../../kernel/index.ts';
import { turn } from '../waiting.ts';
import type { Shared } from './shared.ts';

/** States of our end once the program's FIN is there. */
export const PEER_ENDED = new Set<TcpState>(['CLOSE_WAIT', 'LAST_ACK', 'CLOSING', 'TIME_WAIT', 'CLOSE']);
/** Longest wait for what is on its way to us already, in milliseconds. */
export const ARRIVING = 10_000;

/**
 * Waits until everything has come that was on its way to us when this was called, ends of connections
 * included: a program may have said it all and gone to sleep while we still read.
 */
export async function arrived(shared: Shared): Promise<void> {
  const over = deadlineIn(ARRIVING);
  const due = new Map<string, number>();
  do {
    await turn();
    await endings(shared);
    for (const conn of shared.held.keys()) {
      const bytes = await onTheWay(shared, conn);
      if (bytes === 0) due.delete(conn);
      else if (!due.has(conn)) due.set(conn, shared.recorder.view.connection(conn).received.length + bytes);
      else if (shared.recorder.view.connection(conn).received.length >= (due.get(conn) ?? 0))
        due.delete(conn);
    }
  } while (due.size > 0 && !over() && !shared.surroundings.signal.aborted);
}

/** Bytes of a connection that the kernel has and we have not, its end counted as endless. */
async function onTheWay(shared: Shared, conn: string): Promise<number> {
  const { kernel } = shared.surroundings;
  const held = shared.held.get(conn);
  const { view } = shared.recorder;
  const gone = () => {
    const { localClose } = view.connection(conn);
    return view.ended(conn) || (localClose !== undefined && localClose !== 'half_close');
  };
  if (!kernel.can.unread || !held?.channel.reading || gone()) return 0;
  if (held.transport === 'udp') {
    const own = await kernel.datagrams(held.ours);
    return own.some(({ unread }) => unread) ? Infinity : 0;
  }
  const [here, there] = await Promise.all([
    kernel.clientEnd(held.ours, held.theirs),
    kernel.serverEnd(held.theirs, held.ours),
  ]);
  if (gone()) return 0;
  const ending = here === null || PEER_ENDED.has(here.state) || there?.row.state === 'FIN_WAIT1';
  return ending ? Infinity : here.rxQueue + (there?.row.txQueue ?? 0);
}

/** Waits until of every connection that has ended it is known how. */
export async function endings(shared: Shared): Promise<void> {
  await Promise.all([...shared.held.values()].map(({ ending }) => ending));
}
