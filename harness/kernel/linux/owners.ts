import type { Listener } from '../../model/index.ts';
import type { TcpRow } from '../types.ts';
import { lastHolders, socketsOf } from './descriptors.ts';
import { numbers } from './proc.ts';

const SCAN_SLICE = 16;

/** Listeners among some rows, each with the process that holds it, whoever that is; 0 when none is found. */
export async function ownersOf(rows: readonly TcpRow[]): Promise<Listener[]> {
  const wanted = new Map(rows.map((row) => [row.inode, 0]));
  const isOpen = () => [...wanted.values()].includes(0);
  const askEach = (pids: readonly number[]) => {
    for (const pid of pids)
      for (const inode of socketsOf(pid).keys()) if (wanted.get(inode) === 0) wanted.set(inode, pid);
  };
  // A program of ours, or else what was started last, is most likely to be who is looked for.
  if (isOpen()) askEach(lastHolders());
  const pids = isOpen() ? numbers('/proc').reverse() : [];
  for (let at = 0; at < pids.length && isOpen(); at += SCAN_SLICE) {
    askEach(pids.slice(at, at + SCAN_SLICE));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return rows.map((row) => listener(row, wanted.get(row.inode) ?? 0));
}

/** A row as what can be reached there. */
export function listener(row: TcpRow, pid: number): Listener {
  return { address: row.localAddress, port: row.localPort, pid };
}

/** Those of the processes that hold one of some sockets, each with a descriptor of it. */
export function holdingAny(
  rows: readonly TcpRow[],
  pids: readonly number[],
): { readonly pid: number; readonly fd: number }[] {
  return pids.flatMap((pid) => {
    const held = socketsOf(pid);
    const fd = rows.flatMap(({ inode }) => held.get(inode) ?? [])[0];
    return fd === undefined ? [] : [{ pid, fd }];
  });
}
