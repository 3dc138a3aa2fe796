import type { Capabilities, ProgramRef, TcpRow, WaitersObservation, WaitTarget } from '../types.ts';
import { isNonBlocking, socketsOf, usesIoUring } from './descriptors.ts';
import type { Processes } from './processes.ts';
import type { SocketsByProtocol } from './protocols.ts';
import type { Tables } from './tables.ts';
import type { Targets } from './targets.ts';
import { observeThreads } from './thread-observations.ts';
import type { RawThread, Threads } from './threads.ts';

interface Rooms {
  readonly tables: Tables;
  readonly processes: Processes;
  readonly threads: Threads;
  readonly targets: Targets;
  readonly sockets: SocketsByProtocol;
  readonly can: Capabilities;
}

const CACHE_LIMIT = 500;

/** Answers whether a thread waits on a socket; a socket once found is not looked up again while it is held. */
export class Waiters {
  readonly #rooms: Rooms;
  readonly #inodes = new Map<string, number>();

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  async observed(program: ProgramRef, target: WaitTarget): Promise<WaitersObservation> {
    const { processes, threads, targets, can } = this.#rooms;
    const pids = await processes.all(program);
    const found = await this.#socket(`${program.pid} ${program.marker}`, pids, target);
    const observations = threads.observations(pids);
    const described = await observeThreads(observations, targets);
    const none = { direct: false, timeoutMs: null, threads: described };
    if (!can.listeners)
      return { ...none, state: 'unseen', detail: 'which process holds which socket cannot be seen here' };
    if (found.state !== 'held') return { ...none, state: found.state };
    const nonBlocking = isNonBlocking(found.pid, found.fd);
    const mode = nonBlocking === undefined ? {} : { nonBlocking };
    if (!can.calls || observations.length === 0) {
      return { ...none, ...mode, state: 'unseen', detail: 'system calls cannot be seen here' };
    }
    const how = target.kind === 'connection' && target.writing ? 'write' : 'read';
    const index = observations.findIndex((observed) => waitsFor(observed, found.holders, how));
    const waits = observations[index]?.waits;
    const waiter = described[index];
    if (waits && waiter) {
      const { direct, timeoutMs } = waits;
      return { ...none, ...mode, state: 'waiting', direct, timeoutMs, waiter };
    }
    const detail = whyUnseen(observations, [...found.holders.keys()]);
    if (detail) return { ...none, ...mode, state: 'unseen', detail };
    return { ...none, ...mode, state: 'not_waiting' };
  }

  /** The target's socket and who holds it. */
  async #socket(key: string, pids: readonly number[], target: WaitTarget): Promise<SocketObservation> {
    const sockets = new Map(pids.map((pid) => [pid, socketsOf(pid)]));
    const cacheKey = `${key} ${JSON.stringify(target)}`;
    const cached = this.#inodes.get(cacheKey);
    const held = cached === undefined ? null : heldBy(sockets, cached);
    if (held) return held;
    const rows = await this.#rows(target);
    for (const row of rows) {
      const observed = heldBy(sockets, row.inode);
      if (!observed) continue;
      if (this.#inodes.size >= CACHE_LIMIT) this.#inodes.clear();
      this.#inodes.set(cacheKey, row.inode);
      return observed;
    }
    const queued = rows.some((row) => row.inode === 0 && isOpen(row));
    return { state: target.kind === 'connection' && queued ? 'not_accepted' : 'no_such_socket' };
  }

  async #rows(target: WaitTarget): Promise<TcpRow[]> {
    const { tables, sockets } = this.#rooms;
    if (target.kind === 'listener') return sockets[target.protocol].rowsOn(target.port);
    const row = await tables.connection(target.serverPort, target.clientPort);
    return row ? [row] : [];
  }

  clear(): void {
    this.#inodes.clear();
  }
}

type SocketObservation =
  | { readonly state: 'no_such_socket' | 'not_accepted' }
  | {
      readonly state: 'held';
      readonly holders: ReadonlyMap<number, readonly number[]>;
      readonly pid: number;
      readonly fd: number;
    };

function isOpen(row: TcpRow): boolean {
  return row.state === 'ESTABLISHED' || row.state === 'CLOSE_WAIT' || row.state === 'SYN_RECV';
}

function heldBy(
  sockets: ReadonlyMap<number, ReadonlyMap<number, number[]>>,
  inode: number,
): SocketObservation | null {
  const holders = new Map<number, number[]>();
  for (const [pid, held] of sockets) {
    const fds = held.get(inode);
    if (fds) holders.set(pid, fds);
  }
  for (const [pid, [fd]] of holders) if (fd !== undefined) return { state: 'held', holders, pid, fd };
  return null;
}

function waitsFor(
  observed: RawThread,
  holders: ReadonlyMap<number, readonly number[]>,
  how: 'read' | 'write',
): boolean {
  const fds = holders.get(observed.pid);
  if (!fds || observed.state !== 'S') return false;
  return observed.waits?.fds.some((wait) => wait[how] && fds.includes(wait.fd)) ?? false;
}

function whyUnseen(observations: readonly RawThread[], holders: readonly number[]): string | null {
  const asleep = observations.filter((observed) => observed.state === 'S' && holders.includes(observed.pid));
  if (asleep.some((observed) => observed.call.kind === 'unreadable')) {
    return 'the system call that it sleeps in may not be read';
  }
  if (asleep.some((observed) => observed.call.kind === 'call' && observed.call.name === 'unknown')) {
    return 'it sleeps in a system call that is not known here';
  }
  return holders.some(usesIoUring) ? 'it uses io_uring, whose waits do not show' : null;
}
