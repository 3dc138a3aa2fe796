import type { Listener } from '../../model/index.ts';
import type { Protocol } from '../../model/transport.ts';
import { portObservation } from '../port-observation.ts';
import type {
  Capabilities,
  Kernel,
  PortHolder,
  PortObservation,
  ProgramRef,
  TcpRow,
  WaitersObservation,
} from '../types.ts';
import { lsofListeners } from './lsof.ts';
import { netstatRows } from './netstat.ts';
import { psProcesses } from './ps.ts';

/** Signal 0 only asks whether there is such a process, see kill(2). */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** What the tools of any Unix tell: lsof for listeners, netstat for states, ps for processes. */
export class PortableKernel implements Kernel {
  readonly kind = 'portable';
  readonly unseen: readonly string[];
  readonly can: Capabilities;

  constructor({ can, unseen }: { readonly can: Capabilities; readonly unseen: readonly string[] }) {
    this.can = can;
    this.unseen = unseen;
  }

  async processes(program: ProgramRef, options?: { readonly orphans?: boolean }): Promise<number[]> {
    const found = await psProcesses(program, options?.orphans ?? false);
    return found ?? (program.exited ? [] : [program.pid]);
  }

  async alive(pids: readonly number[]): Promise<{ pid: number; group: number }[]> {
    return pids.filter(exists).map((pid) => ({ pid, group: 0 }));
  }

  ownWaitMs(): number {
    return 0;
  }

  async tcp(): Promise<TcpRow[]> {
    return (await netstatRows()) ?? [];
  }

  async listeners(program: ProgramRef, protocol: Protocol): Promise<Listener[]> {
    const own = new Set(await this.processes(program, { orphans: true }));
    return ((await lsofListeners(protocol)) ?? []).filter((listener) => own.has(listener.pid));
  }

  async listenersOn(port: number, protocol: Protocol): Promise<Listener[]> {
    const owned = ((await lsofListeners(protocol)) ?? []).filter((listener) => listener.port === port);
    if (owned.length > 0 || protocol === 'udp') return owned;
    return rowsOn(port, await this.tcp()).flatMap((row) => {
      return row.state === 'LISTEN' ? [{ address: row.localAddress, port, pid: 0 }] : [];
    });
  }

  async holders(ports: ReadonlySet<number>, protocol: Protocol): Promise<readonly PortHolder[]> {
    const found = await Promise.all([...ports].map((port) => this.listenersOn(port, protocol)));
    return found.flat().map((listener) => ({ ...listener, listens: true }));
  }

  async mayTimeOut(): Promise<boolean> {
    return true;
  }

  async reuse(): Promise<null> {
    return null;
  }

  async holding(port: number, pids: readonly number[], protocol: Protocol): Promise<number[]> {
    const owners = new Set((await this.listenersOn(port, protocol)).map(({ pid }) => pid));
    return pids.filter((pid) => owners.has(pid));
  }

  async portState(port: number, protocol: Protocol): Promise<PortObservation> {
    const rows = this.can.states && protocol === 'tcp' ? rowsOn(port, await this.tcp()) : [];
    const observed = portObservation(rows, await this.listenersOn(port, protocol));
    if (protocol === 'udp' && this.can.listeners) return observed;
    if (this.can.states || observed.state === 'listening') return observed;
    return { ...observed, state: 'unseen', detail: 'there is no netstat' };
  }

  async serverEnd(): Promise<null> {
    return null;
  }

  async clientEnd(clientPort: number, serverPort: number): Promise<TcpRow | null> {
    return rowsOn(clientPort, await this.tcp()).find((row) => row.remotePort === serverPort) ?? null;
  }

  async threads(): Promise<[]> {
    return [];
  }

  async footprint(): Promise<null> {
    return null;
  }

  async cpu(): Promise<null> {
    return null;
  }

  async usage(): Promise<null> {
    return null;
  }

  async waiters(): Promise<WaitersObservation> {
    const detail = 'system calls cannot be seen here';
    return { state: 'unseen', direct: false, timeoutMs: null, threads: [], detail };
  }

  async noPort(): Promise<null> {
    return null;
  }

  async datagrams(): Promise<[]> {
    return [];
  }

  async caughtSignals(): Promise<string[]> {
    return [];
  }

  async unused(): Promise<[]> {
    return [];
  }

  close(): void {}
}

function rowsOn(port: number, rows: readonly TcpRow[]): TcpRow[] {
  return rows.filter((row) => row.localPort === port);
}

/** Asks which tools there are. */
export async function openPortable(): Promise<PortableKernel> {
  const self = { pid: process.pid, marker: '', exited: false };
  const [listeners, rows, processes] = await Promise.all([
    lsofListeners('tcp'),
    netstatRows(),
    psProcesses(self, false),
  ]);
  const lost = [
    listeners === null && 'which program listens where: there is no lsof',
    rows === null && 'states of connections, TIME_WAIT for one: there is no netstat',
    processes === null && 'what a program started: there is no ps',
    'bytes that a program has not read, system calls and processor time: only the Linux kernel shows them',
  ];
  const can = {
    listeners: listeners !== null,
    states: rows !== null,
    unread: false,
    calls: false,
    cpu: false,
    descendants: processes !== null,
  };
  return new PortableKernel({ can, unseen: lost.filter((line) => line !== false) });
}
