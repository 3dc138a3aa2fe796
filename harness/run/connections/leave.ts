import { setTimeout as delay } from 'node:timers/promises';
import { deadlineIn } from '../../kernel/index.ts';
import { TRANSPORTS } from '../../model/transport.ts';
import { turn } from '../waiting.ts';
import { ARRIVING, PEER_ENDED } from './arrivals.ts';
import type { Held } from './held.ts';
import type { Shared } from './shared.ts';

/** How long a client that leaves waits for its last writes, and reads what has come, in milliseconds. */
export const LEAVING = 2_000;

/** What a link still holds goes out before the end. */
async function flushed(shared: Shared, conn: string): Promise<void> {
  const { link } = shared.held.get(conn) ?? {};
  if (link) await shared.waiting().poll(async () => link.link.pending === 0, Boolean, ARRIVING);
}

/** Says that nothing more will be sent (FIN). */
export async function halfClose(shared: Shared, conn: string): Promise<void> {
  await flushed(shared, conn);
  await shared.held.get(conn)?.channel.end();
  shared.recorder.record({ type: 'local_close', conn, how: 'half_close' });
}

/** Leaves as a client that exits does: what it wrote is out, what has come is read, and then it is gone at once. */
export async function close(shared: Shared, conn: string): Promise<void> {
  await flushed(shared, conn);
  if (shared.recorder.view.connection(conn).exact)
    await shared.patience.awaitIdle(conn, shared.held.get(conn));
  const held = shared.held.get(conn);
  const over = deadlineIn(LEAVING);
  if (held) await Promise.race([held.channel.flushed(), delay(LEAVING, undefined, { ref: false })]);
  let unread = await unreadByUs(shared, held);
  while (unread > 0 && held?.channel.reading && !over() && !shared.surroundings.signal.aborted) {
    await turn();
    unread = await unreadByUs(shared, held);
  }
  shared.recorder.record({ type: 'local_close', conn, how: 'close', ...(unread > 0 ? { unread } : {}) });
  held?.channel.close();
}

/** Bytes that the kernel holds for us on a connection; 0 where that can't be seen. */
async function unreadByUs(shared: Shared, held: Held | undefined): Promise<number> {
  const { kernel } = shared.surroundings;
  if (!held || TRANSPORTS[held.channel.transport].protocol !== 'tcp' || !kernel.can.unread) return 0;
  const row = await kernel.clientEnd(held.ours, held.theirs);
  if (row === null) return 0;
  // The program's FIN counts as one byte until it is read.
  return Math.max(0, row.rxQueue - (PEER_ENDED.has(row.state) ? 1 : 0));
}
