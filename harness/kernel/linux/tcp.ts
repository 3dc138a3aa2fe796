import type { Listener } from '../../model/index.ts';
import { portObservation } from '../port-observation.ts';
import type { PortObservation, ProgramRef, TcpRow } from '../types.ts';
import type { Listeners } from './listeners.ts';
import { ownersOf } from './owners.ts';
import type { ProtocolSockets } from './protocols.ts';
import type { Tables } from './tables.ts';

/** A TCP socket can be reached once listen(2) was called on it. */
export class TcpSockets implements ProtocolSockets {
  readonly #tables: Tables;
  readonly #listeners: Listeners;

  constructor(tables: Tables, listeners: Listeners) {
    this.#tables = tables;
    this.#listeners = listeners;
  }

  of(program: ProgramRef): Promise<Listener[]> {
    return this.#listeners.of(program);
  }

  rowsOn(port: number): Promise<TcpRow[]> {
    return this.#tables.matching((row) => row.localPort === port && row.state === 'LISTEN');
  }

  async state(port: number): Promise<PortObservation> {
    const rows = await this.#tables.matching((row) => row.localPort === port);
    return portObservation(rows, await ownersOf(rows.filter((row) => row.state === 'LISTEN')));
  }
}
