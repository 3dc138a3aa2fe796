import type { Listener } from '../../model/index.ts';
import type { DatagramSocket, PortObservation, ProgramRef, TcpRow } from '../types.ts';
import { holdersOf } from './descriptors.ts';
import { listener, ownersOf } from './owners.ts';
import type { Processes } from './processes.ts';
import type { ProtocolSockets } from './protocols.ts';
import type { Tables } from './tables.ts';

/** A UDP socket can be reached once it is bound; one that connect(2) was called on takes datagrams of one peer only. */
export class UdpSockets implements ProtocolSockets {
  readonly #tables: Tables;
  readonly #processes: Processes;

  constructor(tables: Tables, processes: Processes) {
    this.#tables = tables;
    this.#processes = processes;
  }

  async of(program: ProgramRef): Promise<Listener[]> {
    const holders = holdersOf(await this.#processes.all(program));
    if (holders.size === 0) return [];
    const rows = (await this.#tables.udp()).filter((row) => isOpen(row) && holders.has(row.inode));
    return rows.sort((a, b) => a.inode - b.inode).map((row) => listener(row, holders.get(row.inode) ?? 0));
  }

  async rowsOn(port: number): Promise<TcpRow[]> {
    return (await this.#tables.udp()).filter((row) => row.localPort === port && isOpen(row));
  }

  /** Without connections there is no TIME_WAIT either. */
  async state(port: number): Promise<PortObservation> {
    const rows = (await this.#tables.udp()).filter((row) => row.localPort === port);
    const base = { listeners: await ownersOf(rows.filter(isOpen)), timeWait: [], closing: [] };
    if (base.listeners.length > 0) return { ...base, state: 'listening' };
    if (rows.length === 0) return { ...base, state: 'free' };
    return {
      ...base,
      state: 'in_use',
      detail: `a UDP socket on it talks to port ${rows[0]?.remotePort} only`,
    };
  }

  /** The sockets that are bound to a port. */
  async datagrams(port: number): Promise<DatagramSocket[]> {
    return (await this.#tables.udp())
      .filter((row) => row.localPort === port)
      .map(({ localAddress, remotePort, rxQueue, drops = 0 }) => ({
        address: localAddress,
        port,
        remotePort,
        unread: rxQueue > 0,
        drops,
      }));
  }
}

function isOpen(row: TcpRow): boolean {
  return row.remotePort === 0;
}
