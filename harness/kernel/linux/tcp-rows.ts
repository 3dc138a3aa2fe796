import type { TcpRow, TcpState } from '../types.ts';
import { hexAddress } from './address.ts';

// Numbers of include/net/tcp_states.h; 12 is a request socket that still waits for the last part of the handshake.
const STATES: readonly (TcpState | undefined)[] = [
  undefined,
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
  'SYN_RECV',
];

/** The state that the kernel has a number for. */
export function stateOf(number: number): TcpState | undefined {
  return STATES[number];
}

/** The rows of `/proc/net/tcp`, `tcp6`, `udp` or `udp6` (one format), broken lines left out. */
export function parseRows(text: string, v6: boolean): TcpRow[] {
  const rows: TcpRow[] = [];
  const [head = '', ...lines] = text.split('\n');
  const hasDrops = head.trimEnd().endsWith('drops');
  for (const line of lines) {
    const row = parseRow(line, v6, hasDrops);
    if (row) rows.push(row);
  }
  return rows;
}

function parseRow(line: string, v6: boolean, hasDrops: boolean): TcpRow | null {
  const fields = line.trim().split(/\s+/);
  const [, local, remote, status, queues, , , uid, , inode, , , drops] = fields;
  if (!local || !remote || !status || !queues || !uid || !inode) return null;
  const state = stateOf(parseInt(status, 16));
  const [localHex, localPort] = local.split(':');
  const [remoteHex, remotePort] = remote.split(':');
  const [tx, rx] = queues.split(':');
  if (!state || !localHex || !localPort || !remoteHex || !remotePort || !tx || !rx) return null;
  return {
    v6,
    localAddress: hexAddress(localHex),
    localPort: parseInt(localPort, 16),
    remoteAddress: hexAddress(remoteHex),
    remotePort: parseInt(remotePort, 16),
    state,
    txQueue: parseInt(tx, 16),
    rxQueue: parseInt(rx, 16),
    inode: Number(inode),
    uid: Number(uid),
    ...(hasDrops ? { drops: Number(drops) } : {}),
  };
}
