import type { Listener } from '../../model/index.ts';
import type { Protocol } from '../../model/transport.ts';
import { outputOf } from '../tool.ts';

const SELECTION = { tcp: ['-iTCP', '-sTCP:LISTEN'], udp: ['-iUDP'] } as const;

/**
 * All sockets that listen, of UDP all that are bound and not connected, with their owners, as lsof(8) tells; null
 * when there is no lsof.
 */
export async function lsofListeners(protocol: Protocol): Promise<Listener[] | null> {
  const output = await outputOf('lsof', ['-nP', ...SELECTION[protocol], '-F', 'ptn']);
  return output === null ? null : parseLsof(output);
}

/** Listeners in lsof's field output (`-F ptn`): lines of p(rocess), f(ile), t(ype), n(ame), each set once. */
export function parseLsof(output: string): Listener[] {
  const found = new Map<string, Listener>();
  let pid = 0;
  let type = '';
  for (const line of output.split('\n')) {
    const value = line.slice(1);
    if (line.startsWith('p')) pid = Number(value);
    if (line.startsWith('t')) type = value;
    const [, host, port] = (line.startsWith('n') && /^(.*):(\d+)$/.exec(value)) || [];
    if (host === undefined || port === undefined) continue;
    const any = type === 'IPv6' ? '::' : '0.0.0.0';
    const address = host === '*' ? any : host.replace(/^\[(.*)\]$/, '$1').replace(/^::ffff:(?=.*\.)/, '');
    found.set(`${address} ${port} ${pid}`, { address, port: Number(port), pid });
  }
  return [...found.values()];
}
