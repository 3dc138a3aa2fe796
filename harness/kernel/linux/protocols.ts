import type { Listener } from '../../model/index.ts';
import type { Protocol } from '../../model/transport.ts';
import type { PortObservation, ProgramRef, TcpRow } from '../types.ts';

/** What the kernel tells of the sockets of one protocol. */
export interface ProtocolSockets {
  /** Sockets of a program on which it can be reached, in the order in which they were made. */
  of(program: ProgramRef): Promise<Listener[]>;
  /** Rows of the sockets that can be reached on a port. */
  rowsOn(port: number): Promise<TcpRow[]>;
  /** What holds a port. */
  state(port: number): Promise<PortObservation>;
}

/** The sockets of each protocol. */
export type SocketsByProtocol = Readonly<Record<Protocol, ProtocolSockets>>;
