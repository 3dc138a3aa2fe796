import type { ServerEnd, TcpRow } from '../types.ts';

const CLOSED_HERE = new Set(['FIN_WAIT1', 'FIN_WAIT2', 'TIME_WAIT', 'LAST_ACK', 'CLOSING']);
const FIN_ARRIVED = new Set(['CLOSE_WAIT', 'LAST_ACK', 'CLOSING', 'TIME_WAIT']);

/**
 * What the row of the server's end means. A socket gets its inode when it is accepted; one that was closed by its
 * owner had been accepted, since an unaccepted one is reset. The FIN counts as one byte until the end was read.
 */
export function serverEnd(row: TcpRow): ServerEnd {
  const fin = FIN_ARRIVED.has(row.state);
  return {
    row,
    accepted: row.inode !== 0 || CLOSED_HERE.has(row.state),
    unread: fin ? Math.max(0, row.rxQueue - 1) : row.rxQueue,
    fin,
  };
}
