import type { Listener } from '../../model/index.ts';
import type { Protocol } from '../../model/transport.ts';
import type {
  Capabilities,
  DatagramSocket,
  Footprint,
  Kernel,
  PortHolder,
  PortObservation,
  ProgramCpu,
  ProgramRef,
  ProgramUsage,
  ReuseFlags,
  ServerEnd,
  TcpRow,
  ThreadObservation,
  WaitersObservation,
  WaitTarget,
} from '../types.ts';
import { socketsOf } from './descriptors.ts';
import { Footprints } from './footprint.ts';
import { Listeners } from './listeners.ts';
import { holdingAny, ownersOf } from './owners.ts';
import { readAgain, readText } from './proc.ts';
import { isAlive, Processes, statOf } from './processes.ts';
import type { SocketsByProtocol } from './protocols.ts';
import { reuseFlags } from './reuse-flags.ts';
import { serverEnd } from './server-end.ts';
import { noPortDatagrams } from './socket-counts.ts';
import { mayTimeOut } from './socket-time-limits.ts';
import { Tables } from './tables.ts';
import { Targets } from './targets.ts';
import { TcpSockets } from './tcp.ts';
import { observeThreads } from './thread-observations.ts';
import { Threads } from './threads.ts';
import { UdpSockets } from './udp.ts';
import { Usage } from './usage.ts';
import { Waiters } from './waiters.ts';

/** How a Linux kernel is to be asked. */
export interface LinuxOptions {
  readonly can: Capabilities;
  readonly unseen: readonly string[];
  /** `/proc/PID/task/TID/children` is there. */
  readonly childrenFile: boolean;
  /** The kernel counts the sockets of IPv6. */
  readonly countsV6: boolean;
}

const PROGRAMS_LIMIT = 200;
/** Signals whose handlers explain what a program does, by their numbers on all machines that Node runs on. */
const RELEVANT_SIGNALS = { SIGCHLD: 17 } as const;

/** The signals that have handlers, a bit each, from the text of proc_pid_status(5). */
function caughtMask(status: string): bigint {
  const mask = /^SigCgt:\s*([0-9a-f]+)/m.exec(status)?.[1];
  return BigInt(`0x${mask ?? '0'}`);
}

/** Linux through /proc. */
export class LinuxKernel implements Kernel {
  readonly kind = 'kernel';
  readonly unseen: readonly string[];
  readonly can: Capabilities;
  readonly #tables: Tables;
  readonly #threads = new Threads();
  readonly #targets: Targets;
  readonly #processes: Processes;
  readonly #listeners: Listeners;
  readonly #udp: UdpSockets;
  readonly #sockets: SocketsByProtocol;
  readonly #waiters: Waiters;
  readonly #usage = new Map<string, Usage>();
  readonly #footprints = new Map<string, Footprints>();

  constructor({ can, unseen, childrenFile, countsV6 }: LinuxOptions) {
    this.can = can;
    this.unseen = unseen;
    this.#tables = new Tables(countsV6 ? 'if_big' : 'never', { netlink: true });
    this.#targets = new Targets(this.#tables);
    this.#processes = new Processes({ childrenFile });
    this.#listeners = new Listeners(this.#tables, this.#processes);
    this.#udp = new UdpSockets(this.#tables, this.#processes);
    this.#sockets = { tcp: new TcpSockets(this.#tables, this.#listeners), udp: this.#udp };
    this.#waiters = new Waiters({
      tables: this.#tables,
      processes: this.#processes,
      threads: this.#threads,
      targets: this.#targets,
      sockets: this.#sockets,
      can,
    });
  }

  processes(program: ProgramRef, options?: { readonly orphans?: boolean }): Promise<number[]> {
    return this.#processes.of(program, options?.orphans ?? false);
  }

  async alive(pids: readonly number[]): Promise<{ pid: number; group: number }[]> {
    return pids.filter(isAlive).map((pid) => ({ pid, group: statOf(`/proc/${pid}`)?.group ?? 0 }));
  }

  ownWaitMs(): number {
    const waited = Number((readAgain('/proc/self/schedstat') ?? '').split(' ')[1]);
    return Number.isNaN(waited) ? 0 : waited / 1e6;
  }

  tcp(): Promise<TcpRow[]> {
    return this.#tables.tcp();
  }

  async listeners(program: ProgramRef, protocol: Protocol): Promise<Listener[]> {
    return this.can.listeners ? this.#sockets[protocol].of(program) : [];
  }

  async listenersOn(port: number, protocol: Protocol): Promise<Listener[]> {
    return ownersOf(await this.#sockets[protocol].rowsOn(port));
  }

  async holders(ports: ReadonlySet<number>, protocol: Protocol): Promise<readonly PortHolder[]> {
    const all = protocol === 'tcp' ? await this.#tables.tcp() : await this.#tables.udp();
    const rows = all.filter(({ inode, localPort }) => inode !== 0 && ports.has(localPort));
    if (rows.length === 0) return [];
    return (await ownersOf(rows)).map((owner, at) => {
      const name = readText(`/proc/${owner.pid}/comm`)?.trim();
      const listens = protocol === 'udp' || rows[at]?.state === 'LISTEN';
      return { ...owner, listens, ...(name ? { name } : {}) };
    });
  }

  async holding(port: number, pids: readonly number[], protocol: Protocol): Promise<number[]> {
    return holdingAny(await this.#sockets[protocol].rowsOn(port), pids).map(({ pid }) => pid);
  }

  async reuse(port: number, pids: readonly number[]): Promise<ReuseFlags | null> {
    const [first] = holdingAny(await this.#sockets.tcp.rowsOn(port), pids);
    return first ? reuseFlags(first.pid, first.fd) : null;
  }

  mayTimeOut(pid: number, fds: readonly number[]): Promise<boolean> {
    return mayTimeOut(pid, fds);
  }

  portState(port: number, protocol: Protocol): Promise<PortObservation> {
    return this.#sockets[protocol].state(port);
  }

  datagrams(port: number): Promise<DatagramSocket[]> {
    return this.#udp.datagrams(port);
  }

  async noPort(): Promise<number | null> {
    return noPortDatagrams();
  }

  async serverEnd(serverPort: number, clientPort: number): Promise<ServerEnd | null> {
    const row = await this.#tables.connection(serverPort, clientPort);
    return row && serverEnd(row);
  }

  clientEnd(clientPort: number, serverPort: number): Promise<TcpRow | null> {
    return this.#tables.connection(clientPort, serverPort);
  }

  async threads(program: ProgramRef): Promise<ThreadObservation[]> {
    return observeThreads(this.#threads.observations(await this.#processes.all(program)), this.#targets);
  }

  async cpu(program: ProgramRef): Promise<ProgramCpu | null> {
    return (await this.#update(program))?.total() ?? null;
  }

  async usage(program: ProgramRef): Promise<ProgramUsage | null> {
    return (await this.#update(program))?.byThread() ?? null;
  }

  async #update(program: ProgramRef): Promise<Usage | null> {
    if (!this.can.cpu) return null;
    const pids = await this.#processes.all(program);
    const key = `${program.pid} ${program.marker}`;
    const usage = this.#usage.get(key) ?? new Usage();
    const [oldest] = this.#usage.keys();
    if (oldest !== undefined && this.#usage.size >= PROGRAMS_LIMIT) this.#usage.delete(oldest);
    this.#usage.delete(key);
    this.#usage.set(key, usage);
    return usage.update(pids) ? usage : null;
  }

  async footprint(program: ProgramRef, limit: number): Promise<Footprint> {
    const key = `${program.pid} ${program.marker}`;
    const footprints = this.#footprints.get(key) ?? new Footprints();
    const [oldest] = this.#footprints.keys();
    if (oldest !== undefined && this.#footprints.size >= PROGRAMS_LIMIT) this.#footprints.delete(oldest);
    this.#footprints.set(key, footprints);
    return footprints.observed(await this.#processes.all(program), program.keeper, limit);
  }

  waiters(program: ProgramRef, target: WaitTarget): Promise<WaitersObservation> {
    return this.#waiters.observed(program, target);
  }

  async caughtSignals(program: ProgramRef): Promise<string[]> {
    const masks = (await this.processes(program)).map((pid) =>
      caughtMask(readAgain(`/proc/${pid}/status`) ?? ''),
    );
    return Object.entries(RELEVANT_SIGNALS).flatMap(([name, number]) =>
      masks.some((mask) => (mask >> BigInt(number - 1)) & 1n) ? [name] : [],
    );
  }

  async unused(program: ProgramRef): Promise<{ pid: number; fd: number }[]> {
    const observed = async () => {
      const pids = await this.processes(program);
      const held = pids.flatMap((pid) =>
        [...socketsOf(pid)].map(([inode, [fd = 0]]) => ({ pid, fd, inode })),
      );
      const [tcp, udp, unix, foreign] = await Promise.all([
        this.#tables.tcp(),
        this.#tables.udp(),
        this.#tables.unix(),
        this.#tables.foreign(),
      ]);
      const known = new Set([...tcp, ...udp].map(({ inode }) => inode));
      return held.filter(({ inode }) => !known.has(inode) && !unix.has(inode) && !foreign.has(inode));
    };
    const first = new Set((await observed()).map(({ inode }) => inode));
    // Absence needs two readings.
    if (first.size === 0) return [];
    return (await observed()).filter(({ inode }) => first.has(inode)).map(({ pid, fd }) => ({ pid, fd }));
  }

  close(): void {
    this.#tables.close();
    this.#listeners.clear();
    this.#waiters.clear();
    this.#usage.clear();
    this.#footprints.clear();
  }
}
