/** What the kernel said about who listens where. Addresses are in their usual text form. */
export interface Listener {
  readonly address: string;
  readonly port: number;
  readonly pid: number;
}

/** What one thread was doing when it was looked at. */
export interface ThreadState {
  readonly pid: number;
  readonly tid: number;
  /** One letter of proc_pid_stat(5): R running, S sleeping, D disk sleep, T stopped, Z zombie … */
  readonly state: string;
  /** System call it sleeps in, by name, or `unknown`. */
  readonly call?: string;
  /** In words: `recv on the connection "a"`, `read on standard input`. */
  readonly waitsFor?: string;
}

/** A question put to the operating system with its answer. */
export type Observation =
  | {
      readonly what: 'listening';
      readonly program: string;
      readonly state: ReadyState;
      readonly listeners: readonly Listener[];
      readonly port: number | null;
      /** The port that it was given, where the one that it listens on has the same two bytes the other way round. */
      readonly swappedFrom?: number;
      readonly detail?: string;
    }
  | {
      readonly what: 'blocked';
      readonly program: string;
      readonly in: string;
      readonly on?: string;
      readonly state: BlockedState;
      /** The socket is in non-blocking mode; absent where that is not known. */
      readonly nonBlocking?: boolean;
      readonly share: number;
      readonly window: number;
      readonly threads: readonly ThreadState[];
      readonly detail?: string;
      /** Bytes that it printed within the window, where it prints on and on. */
      readonly printed?: number;
    }
  | {
      readonly what: 'unread';
      readonly conn: string;
      readonly bytes: number | null;
      readonly accepted: boolean;
      readonly fin: boolean;
    }
  | {
      readonly what: 'port';
      readonly port: number;
      readonly state: PortState;
      /** Old connections on the port that are in TIME_WAIT. */
      readonly timeWait: number;
      readonly listeners: readonly Listener[];
      /** Whether a program that was asked about holds one of these sockets; null where that can't be seen. */
      readonly owned?: boolean | null;
      readonly detail?: string;
    }
  | {
      readonly what: 'activity';
      readonly program: string;
      readonly alive: boolean;
      readonly share: number;
      readonly threads: readonly ThreadState[];
      /** Bytes of our connections that the program had not read, by their names. */
      readonly unread: { readonly [conn: string]: number };
      /** Our connections that wait in the queue of the listening socket, not accepted. */
      readonly queued?: readonly string[];
      /** The calls that a busy program was caught in, most often first. */
      readonly busyIn?: readonly string[];
      /** Bytes that it printed meanwhile, where it prints on and on. */
      readonly printed?: number;
    }
  /** Who can be reached on a port that a step names; null where it is no program of this run. */
  | { readonly what: 'owner'; readonly port: number; readonly program: string | null }
  /** What the kernel says of a UDP socket of a program and of ours that talk to each other. */
  | {
      readonly what: 'datagrams';
      readonly conn?: string;
      readonly port: number;
      /** `connected`: it takes datagrams of one peer only. */
      readonly socket: 'bound' | 'connected' | 'none' | 'unseen';
      /** The peer of a connected one. */
      readonly peer?: number;
      readonly unread: boolean;
      /** Lost since the program's queue was full. */
      readonly drops: number;
      /** Lost since ours was. */
      readonly ownDrops: number;
      /** Datagrams to ports where nothing was bound, since the step began; null where others may have sent them. */
      readonly noPort: number | null;
    }
  /** Signals that a program has installed handlers for, as far as they matter. */
  | { readonly what: 'signals'; readonly program: string; readonly caught: readonly string[] }
  /** Processes that go on after the first process of a program has ended by itself. */
  | {
      readonly what: 'left_running';
      readonly program: string;
      readonly processes: number;
      /** One of them listens on the program's port, so that the program serves from the background. @default false */
      readonly listens?: true;
    }
  | { readonly what: 'bind_trial'; readonly port: number; readonly works: boolean; readonly detail?: string }
  /** Tried on sockets of the harness: this system lets anybody bind a port in TIME_WAIT, so a restart proves nothing. */
  | { readonly what: 'no_ban'; readonly port: number }
  /** What is set on a socket that listens: SO_REUSEADDR and SO_REUSEPORT. */
  | { readonly what: 'reuse'; readonly port: number; readonly address: boolean; readonly sharedPort: boolean }
  /** The old connections were gone by the time that the program listened again, so its restart proves nothing. */
  | { readonly what: 'time_wait_over'; readonly port: number }
  /** A restart that failed, tried once more after the port was cleared of its old connections. */
  | {
      readonly what: 'control_start';
      readonly program: string;
      readonly port: number;
      readonly listens: boolean;
      /** SO_REUSEADDR is set on the socket that it listens with; absent where that can't be read. */
      readonly reuseAddress?: boolean;
    }
  /** A program that ended after it had been stopped and continued: started anew, and stopped and continued for nothing; null when that could not be done. */
  | { readonly what: 'stop_trial'; readonly program: string; readonly ended: boolean | null }
  /** A program that is busy once a client has been there: started anew, and busy or not before any client comes; null when that could not be seen. */
  | { readonly what: 'busy_trial'; readonly program: string; readonly busy: boolean | null }
  | { readonly what: 'stopped'; readonly program: string; readonly stopped: boolean };

/** How waiting for a program to be ready ended. */
export type ReadyState =
  | 'listening'
  | 'exited'
  | 'other_port'
  | 'swapped_port'
  | 'other_address'
  | 'port_taken'
  | 'port_denied'
  | 'still_running'
  | 'leftover_child'
  | 'udp'
  | 'tcp'
  | 'waits_on_stdin'
  | 'no_listen'
  | 'idle'
  | 'starting'
  | 'not_started'
  | 'ready'
  | 'unseen';

/** What a program that should be blocked was seen to do. `unseen`: the system does not tell. */
export type BlockedState =
  | 'blocked'
  | 'spinning'
  | 'polling'
  | 'elsewhere'
  | 'exited'
  | 'closed'
  | 'not_accepted'
  | 'unseen';

export type PortState = 'free' | 'listening' | 'time_wait' | 'in_use' | 'unseen';
