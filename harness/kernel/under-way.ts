import type { DatagramSocket, Kernel, TcpRow, ThreadObservation } from './types.ts';

/** What may still have something to do with a program. */
export interface Wires {
  /** Ports of programs, and those on which the grader listens. */
  readonly ports: ReadonlySet<number>;
  /** The grader's ends of its TCP connections. */
  readonly ours: readonly { readonly localPort: number; readonly remotePort: number }[];
  /** Ports of UDP sockets, the programs' and the grader's. */
  readonly datagrams: readonly number[];
  /** All threads of the programs. */
  readonly threads: readonly ThreadObservation[];
}

/** States in which the FIN that came counts as one byte until it is read. */
const FIN_CAME = new Set(['CLOSE_WAIT', 'LAST_ACK', 'CLOSING']);

/**
 * Whether bytes are on their way between programs, or between one and the grader: unsent at either end, unread by the
 * grader, or unread by a program where a thread waits for just them. While there are any, a program that sleeps is not
 * idle: it may wait for room to write, or be about to wake. What lies unread where no thread waits wakes nobody; an
 * edge-triggered epoll(7) does wait there, though it may sleep on.
 */
export async function bytesUnderWay(kernel: Kernel, wires: Wires): Promise<boolean> {
  if (!kernel.can.unread) return false;
  const { ports, ours, datagrams, threads } = wires;
  const isOurs = ({ localPort, remotePort }: TcpRow) =>
    ours.some((end) => end.localPort === localPort && end.remotePort === remotePort);
  const rows = (await kernel.tcp()).filter(
    (row) =>
      row.state !== 'LISTEN' &&
      row.state !== 'TIME_WAIT' &&
      (isOurs(row) || ports.has(row.localPort) || ports.has(row.remotePort)),
  );
  const waited = threads.flatMap(({ waitSet }) => waitSet?.fds.filter(({ read }) => read) ?? []);
  const waitsOn = (end: string) => waited.some(({ target }) => target.endsWith(end));
  const busy = rows.some((row) => {
    const { rxQueue, txQueue, state, inode, localPort, remotePort } = row;
    if (txQueue > 0) return true;
    if (rxQueue - (FIN_CAME.has(state) ? 1 : 0) <= 0) return false;
    return isOurs(row) || waitsOn(inode === 0 ? `listening :${localPort}` : `:${remotePort}`);
  });
  if (busy) return true;
  const sockets: DatagramSocket[] = (
    await Promise.all(datagrams.map((port) => kernel.datagrams(port)))
  ).flat();
  return sockets.some(({ unread, port }) => unread && (!ports.has(port) || waitsOn(`:${port}`)));
}
