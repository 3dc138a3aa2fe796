import { outputOf } from '../tool.ts';
import type { TcpRow, TcpState } from '../types.ts';

const STATES: { readonly [word: string]: TcpState } = {
  ESTABLISHED: 'ESTABLISHED',
  SYN_SENT: 'SYN_SENT',
  SYN_RECV: 'SYN_RECV',
  SYN_RECEIVED: 'SYN_RECV',
  SYN_RCVD: 'SYN_RECV',
  FIN_WAIT1: 'FIN_WAIT1',
  FIN_WAIT_1: 'FIN_WAIT1',
  FIN_WAIT2: 'FIN_WAIT2',
  FIN_WAIT_2: 'FIN_WAIT2',
  TIME_WAIT: 'TIME_WAIT',
  CLOSE: 'CLOSE',
  CLOSED: 'CLOSE',
  CLOSE_WAIT: 'CLOSE_WAIT',
  LAST_ACK: 'LAST_ACK',
  LISTEN: 'LISTEN',
  CLOSING: 'CLOSING',
};

/** All TCP sockets as netstat(8) tells, without inode (0) and owner (-1); null when there is no netstat. */
export async function netstatRows(): Promise<TcpRow[] | null> {
  const linux = process.platform === 'linux';
  const wide = await outputOf('netstat', linux ? ['-antW'] : ['-an', '-p', 'tcp']);
  const output = wide === '' ? await outputOf('netstat', linux ? ['-ant'] : ['-an']) : wide;
  return output === null ? null : parseNetstat(output);
}

/** Rows of `netstat -an`; a port follows its address after a colon on Linux, after a dot on macOS and the BSDs. */
export function parseNetstat(output: string): TcpRow[] {
  const rows: TcpRow[] = [];
  for (const line of output.split('\n')) {
    const [protocol, received, sent, local, remote, word] = line.trim().split(/\s+/);
    const state = STATES[word ?? ''];
    if (!protocol?.startsWith('tcp') || !state || !local || !remote) continue;
    const v6 = protocol.startsWith('tcp6') || protocol === 'tcp46';
    const here = endpoint(local, v6);
    const there = endpoint(remote, v6);
    if (!here || !there) continue;
    rows.push({
      v6,
      localAddress: here.address,
      localPort: here.port,
      remoteAddress: there.address,
      remotePort: there.port,
      state,
      txQueue: Number(sent),
      rxQueue: Number(received),
      inode: 0,
      uid: -1,
    });
  }
  return rows;
}

function endpoint(text: string, v6: boolean): { address: string; port: number } | null {
  const [, host, port] = /^(.*)[.:](\d+|\*)$/.exec(text) ?? [];
  if (host === undefined || port === undefined) return null;
  const any = v6 ? '::' : '0.0.0.0';
  // A link-local address carries its interface: fe80::1%lo0.
  const plain = host.replace(/%.*$/, '').replace(/^::ffff:(?=.*\.)/, '');
  return { address: host === '*' ? any : plain, port: port === '*' ? 0 : Number(port) };
}
