import type { Listener } from '../model/index.ts';
import type { Leftover, PortObservation, TcpRow } from './types.ts';

/** What the rows of a port mean; rows of listeners are given with their owners. */
export function portObservation(rows: readonly TcpRow[], listeners: readonly Listener[]): PortObservation {
  const timeWait = rows.filter((row) => row.state === 'TIME_WAIT');
  const closing = rows.filter((row) => row.inode === 0 && row.uid >= 0 && /^FIN_WAIT[12]$/.test(row.state));
  const others = rows.filter((row) => row.state !== 'LISTEN' && row.state !== 'TIME_WAIT');
  const found = { listeners, timeWait: timeWait.map(leftover), closing: closing.map(leftover) };
  if (listeners.length > 0) return { ...found, state: 'listening' };
  if (timeWait.length > 0) return { ...found, state: 'time_wait' };
  if (others.length === 0) return { ...found, state: 'free' };
  const states = [...new Set(others.map((row) => row.state))].join(', ');
  const verb = others.length === 1 ? 'is' : 'are';
  const sockets = others.length === 1 ? 'socket' : 'sockets';
  const detail = `${others.length} ${sockets} on it ${verb} in ${states}`;
  return { ...found, state: 'in_use', detail: closing.length > 0 ? `closing: ${detail}` : detail };
}

function leftover({ localAddress, remoteAddress, remotePort }: TcpRow): Leftover {
  return { localAddress, remoteAddress, remotePort };
}
