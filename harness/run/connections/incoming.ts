import type { Endpoint } from '../../net/index.ts';
import type { Held } from './held.ts';
import type { Shared } from './shared.ts';

/** Records what comes on a connection, and how it ends, and hands both on to whoever taps it. */
export function callbacks(shared: Shared, conn: string) {
  const recorder = shared.recorder;
  return {
    onData: (bytes: Buffer) => {
      const deliver = () => {
        recorder.recordBytes({ type: 'received', conn }, bytes);
        shared.taps.get(conn)?.data(bytes);
      };
      const { link, transport } = shared.held.get(conn) ?? {};
      if (!link || link.atDoor) deliver();
      else if (transport === 'udp') link.link.datagram('from_program', bytes.length, deliver);
      else link.link.stream('from_program', bytes.length, deliver);
    },
    onStray: (bytes: Buffer, { address, port }: Endpoint) =>
      recorder.recordBytes({ type: 'stray', conn, address, port }, bytes),
    onEnd: () => {
      const held = shared.held.get(conn);
      if (held) held.ending = reportEnd(shared, conn, held);
    },
    onError: (code: string): void => {
      recorder.record({ type: 'conn_error', conn, code });
      shared.taps.get(conn)?.end(false);
    },
  };
}

/** The stream ended: our own end of the connection tells whether by FIN (it is still there) or by RST. */
async function reportEnd(shared: Shared, conn: string, { ours, theirs }: Held): Promise<void> {
  const { kernel } = shared.surroundings;
  let by: 'fin' | 'rst' | 'unknown' = 'unknown';
  if (kernel.can.states) {
    // Presence is certain after one reading, absence after two.
    const row = (await kernel.clientEnd(ours, theirs)) ?? (await kernel.clientEnd(ours, theirs));
    by = row ? 'fin' : shared.recorder.view.connection(conn).localClose === undefined ? 'rst' : 'fin';
  }
  shared.recorder.record({ type: 'eof', conn, by });
  shared.taps.get(conn)?.end(by !== 'rst');
}
