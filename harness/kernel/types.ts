import type { Listener, PortState, ThreadState } from '../model/index.ts';
import type { Protocol } from '../model/transport.ts';

/** State of a TCP socket, by the names of RFC 9293 and of netstat(8). */
export type TcpState =
  | 'ESTABLISHED'
  | 'SYN_SENT'
  | 'SYN_RECV'
  | 'FIN_WAIT1'
  | 'FIN_WAIT2'
  | 'TIME_WAIT'
  | 'CLOSE'
  | 'CLOSE_WAIT'
  | 'LAST_ACK'
  | 'LISTEN'
  | 'CLOSING';

/** One line of `/proc/net/tcp` or `tcp6`, as in proc_net_tcp; a v4-mapped address is shown as plain v4. */
export interface TcpRow {
  readonly v6: boolean;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly state: TcpState;
  readonly txQueue: number;
  /** Bytes not yet read; of a listener the connections not yet accepted; a FIN not yet read counts as one. */
  readonly rxQueue: number;
  /** 0 when no descriptor holds the socket: not yet accepted, or closed already. */
  readonly inode: number;
  readonly uid: number;
  /** Datagrams that the kernel dropped since the queue was full; of UDP only. */
  readonly drops?: number;
}

/** A bound UDP socket; it has one queue for all who write to it. */
export interface DatagramSocket {
  readonly address: string;
  readonly port: number;
  /** The port that it is connected to; 0 when it takes datagrams from everybody. */
  readonly remotePort: number;
  /** Something lies in its queue; how much cannot be known, since the kernel counts its own memory. */
  readonly unread: boolean;
  /** Datagrams that were lost so far since its queue was full. */
  readonly drops: number;
}

/** What a program is made of: its first process and the marker that all it started carries in its environment. */
export interface ProgramRef {
  readonly pid: number;
  /** `NAME=value`, as it stands in `/proc/PID/environ`. */
  readonly marker: string;
  /** A folder that only this run works in: what works there and has wiped its environment belongs to it, too. */
  readonly folder?: string;
  /** The first process of its sandbox, where it has one: all processes below that are the program's, and no others. */
  readonly keeper?: number;
  /** The first process has ended and has been waited for, so its number may belong to another. */
  readonly exited: boolean;
}

/** A program, or where to ask for it anew, so that its end is noticed. */
export type ProgramSource = ProgramRef | (() => ProgramRef);

/** A descriptor that a thread waits for. */
export interface WaitedFd {
  readonly fd: number;
  readonly read: boolean;
  readonly write: boolean;
  /** In words: `listening :8080`, `connection from 127.0.0.1:51234`, `standard input`, `pipe`, `timer` … */
  readonly target: string;
}

/** All descriptors that one sleeping thread waits for. */
export interface WaitSet {
  readonly fds: readonly WaitedFd[];
  /** Milliseconds after which the wait ends by itself; null when it does not. */
  readonly timeoutMs: number | null;
}

/** One coherent look at one thread. */
export interface ThreadObservation extends ThreadState {
  /** Context switches so far, see proc_pid_status(5); equal numbers in two looks mean that it slept throughout. */
  readonly voluntary: number;
  readonly involuntary: number;
  readonly waitSet?: WaitSet;
  /** It sleeps in a call that ends by itself after some time: a sleep, or any wait with a time limit. */
  readonly timedSleep: boolean;
  /** A helper of the language's runtime, a collector of garbage for instance; it never waits on a socket. */
  readonly service?: boolean;
}

/**
 * What a thread may be asked to wait on: a listening socket, a bound one where the protocol is UDP, or the server's end of
 * a connection.
 */
export type WaitTarget =
  | { readonly kind: 'listener'; readonly port: number; readonly protocol: Protocol }
  | {
      readonly kind: 'connection';
      readonly serverPort: number;
      readonly clientPort: number;
      /** Wait for room to write, not for something to read. @default false */
      readonly writing?: boolean;
    };

/** Whether some thread of a program waits on a target. */
export interface WaitersObservation {
  readonly state: 'waiting' | 'not_waiting' | 'no_such_socket' | 'not_accepted' | 'unseen';
  /** The call names the descriptor itself (accept, recv, read), not a set that holds it (poll, select, epoll). */
  readonly direct: boolean;
  readonly timeoutMs: number | null;
  readonly waiter?: ThreadObservation;
  readonly threads: readonly ThreadObservation[];
  /** The program's descriptor is in non-blocking mode; absent where that is not known. */
  readonly nonBlocking?: boolean;
  /** Why the answer is `unseen`. */
  readonly detail?: string;
}

/** The server's end of a connection. */
export interface ServerEnd {
  readonly row: TcpRow;
  /** The program took the connection out of the accept queue. */
  readonly accepted: boolean;
  /** Bytes that arrived and were not read; a FIN does not count. */
  readonly unread: number;
  /** The client's FIN arrived. */
  readonly fin: boolean;
}

/** The far end of a connection that lingers on a port. */
export interface Leftover {
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/** What holds a port; a socket that is bound and neither listens nor is connected shows nowhere. */
export interface PortObservation {
  readonly state: PortState;
  readonly listeners: readonly Listener[];
  readonly timeWait: readonly Leftover[];
  /** FIN_WAIT1 and FIN_WAIT2 of sockets whose process is gone: on their way to TIME_WAIT. */
  readonly closing: readonly Leftover[];
  readonly detail?: string;
}

/** A socket on a local port, and who holds it: pid 0 where that can't be seen. */
export interface PortHolder extends Listener {
  readonly listens: boolean;
  /** What the process is called. */
  readonly name?: string;
}

/** Processor figures of one thread or of a whole program, in milliseconds, from schedstat. */
export interface CpuFigures {
  /** Time on a core. */
  readonly runMs: number;
  /** Time runnable without a core. */
  readonly waitMs: number;
  /** Time of which it cannot be known whether it slept or was runnable without a core. */
  readonly unsureMs: number;
}

/** Processor figures of a program; they only grow, because a thread that ended keeps its last figure. */
export interface ProgramCpu extends CpuFigures {
  /** As waitMs, but of threads that waited at the same time only the longest counts. */
  readonly maxWaitMs: number;
}

/** Processor figures of a thread. */
export interface ThreadFigures extends CpuFigures {
  /** When they were read, by `performance.now()`. */
  readonly at: number;
  /** False once it has ended, and the figures are its last. */
  readonly live: boolean;
}

/** Processor figures of a program by thread (`pid:tid`), those that ended included. */
export interface ProgramUsage {
  readonly threads: ReadonlyMap<string, ThreadFigures>;
  /**
   * Milliseconds in which some thread waited for a core, or may have: at most the time that has passed. Others may
   * have slept only because that one held what they need.
   */
  readonly keptMs: number;
}

/** What a program takes up at one moment, and has used so far. */
export interface Footprint {
  /** Bytes of memory that are its own: not those of files, which the system can take back. */
  readonly memory: number;
  /** Milliseconds of processor time, of processes that have ended as well. */
  readonly cpuMs: number;
  /** Processes and threads. */
  readonly tasks: number;
}

/** What can be seen on this machine. */
export interface Capabilities {
  /** Which process listens where. */
  readonly listeners: boolean;
  /** States of connections, TIME_WAIT for one. */
  readonly states: boolean;
  /** Bytes that a program has not read. */
  readonly unread: boolean;
  /** System calls that threads sleep in. */
  readonly calls: boolean;
  /** Processor time, and time spent waiting for a core. */
  readonly cpu: boolean;
  /** Everything that a program started. */
  readonly descendants: boolean;
}

/** Options of a socket that let it have a port on which others are, or were; see socket(7). */
export interface ReuseFlags {
  /** SO_REUSEADDR. */
  readonly address: boolean;
  /** SO_REUSEPORT. */
  readonly sharedPort: boolean;
}

/** What the operating system says about programs, sockets and ports. */
export interface Kernel {
  readonly kind: 'kernel' | 'portable';
  /** What can't be seen here, each in words with the reason; empty when all can. */
  readonly unseen: readonly string[];
  readonly can: Capabilities;
  /**
   * All processes of the program that are alive, zombies left out: the children of its first process and theirs,
   * and, when `orphans` is set or the first process is gone, whatever carries the marker.
   */
  processes(program: ProgramRef, options?: { readonly orphans?: boolean }): Promise<number[]>;
  /** Those of some processes that are alive, zombies left out, each with its process group. */
  alive(pids: readonly number[]): Promise<{ readonly pid: number; readonly group: number }[]>;
  /** Milliseconds that the grader itself was runnable without a core, so far; 0 where it cannot be known. */
  ownWaitMs(): number;
  /** The table of TCP sockets, read after this call was made; concurrent callers share one read. */
  tcp(): Promise<readonly TcpRow[]>;
  /**
   * Sockets of the program on which it can be reached, oldest first: those that listen, of UDP those that are bound and
   * have no particular peer. Cheap while it opens no new socket.
   */
  listeners(program: ProgramRef, protocol: Protocol): Promise<Listener[]>;
  /** Everything that can be reached on a port, whoever owns it; pid 0 when the owner is not known. */
  listenersOn(port: number, protocol: Protocol): Promise<Listener[]>;
  /** All open sockets on some local ports, whoever holds them. */
  holders(ports: ReadonlySet<number>, protocol: Protocol): Promise<readonly PortHolder[]>;
  /** Those of the processes that hold a socket that can be reached on a port; of several that share one, all. */
  holding(port: number, pids: readonly number[], protocol: Protocol): Promise<number[]>;
  /**
   * What is set on the socket with which one of the processes listens on a port. Null where none does, or that can't
   * be read.
   */
  reuse(port: number, pids: readonly number[]): Promise<ReuseFlags | null>;
  /** Whether a call of a process on one of these descriptors may end by itself, by a time limit of the socket. */
  mayTimeOut(pid: number, fds: readonly number[]): Promise<boolean>;
  /** What holds a local port. */
  portState(port: number, protocol: Protocol): Promise<PortObservation>;
  /** The UDP sockets that are bound to a port; empty where they can't be seen. */
  datagrams(port: number): Promise<DatagramSocket[]>;
  /** Datagrams so far, of this network, to ports where nothing was bound; null where that can't be seen. */
  noPort(): Promise<number | null>;
  /** The server's end of a connection; null when there is none (any more), or it can't be seen here. */
  serverEnd(serverPort: number, clientPort: number): Promise<ServerEnd | null>;
  /** The client's own end: at end of file CLOSE_WAIT tells FIN, no row RST. */
  clientEnd(clientPort: number, serverPort: number): Promise<TcpRow | null>;
  /** One coherent look at each thread of the program; empty where it can't be had. */
  threads(program: ProgramRef): Promise<ThreadObservation[]>;
  /** Processor figures of the whole program; null where they can't be had. */
  cpu(program: ProgramRef): Promise<ProgramCpu | null>;
  /** Memory, processor time and tasks of the program; null where they can't be had. Memory is exact only above `limit`. */
  footprint(program: ProgramRef, limit: number): Promise<Footprint | null>;
  /** The same by thread; null where they can't be had. */
  usage(program: ProgramRef): Promise<ProgramUsage | null>;
  /** Does some thread wait on the target, for reading unless it says otherwise? */
  waiters(program: ProgramRef, target: WaitTarget): Promise<WaitersObservation>;
  /** Signals that a process of the program has installed handlers for, as far as they matter; empty where that can't be seen. */
  caughtSignals(program: ProgramRef): Promise<readonly string[]>;
  /** Descriptors of the program's sockets that stand in no table: they neither listen nor are connected. */
  unused(program: ProgramRef): Promise<{ readonly pid: number; readonly fd: number }[]>;
  /** Forgets what it has cached; the kernel must not be used afterwards. */
  close(): void;
}
