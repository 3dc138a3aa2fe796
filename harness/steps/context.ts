import type { Matcher } from '../match/matcher.ts';
import type { Listener, NewTraceEvent } from '../model/index.ts';
import type { LinkRule } from '../model/link.ts';
import type { Transport } from '../model/transport.ts';
import type { TraceView } from './view.ts';

/** Everything a step may do to the world; each action records what happened, none of them judges. */
export interface StepContext {
  readonly view: TraceView;
  /** Milliseconds that the step may wait, stretched by `--timeout-scale`. */
  readonly within: number;
  readonly seed: string;
  /**
   * Waits until the test holds or time is up; looks again after every event. Gives up earlier when the
   * programs have provably come to rest, so that nothing more can come of them; with `orGone` also once all have ended.
   */
  until(test: () => boolean, options?: { readonly orGone?: boolean }): Promise<boolean>;
  /** Lets the given time pass, counting only time in which the program could run; ends early when `stop` holds. */
  elapse(ms: number, stop?: () => boolean): Promise<void>;

  /** Writes a remark into the record. */
  note(text: string): void;
  /** Keeps bytes as text under a name that later steps can use, and their number as `NAME.length`. */
  remember(name: string, bytes: Buffer): void;

  start(program: string): Promise<void>;
  stop(program: string, options: { signal: NodeJS.Signals; grace: number }): Promise<void>;
  pause(program: string): Promise<void>;
  resume(program: string): Promise<void>;

  /** Writes to a program's standard input, and closes it if `eof`. */
  feed(program: string, bytes: Buffer, eof: boolean): Promise<void>;

  /** Begins to listen for programs that are clients. */
  listen(listener: string, options: ListenOptions): Promise<void>;
  /** Waits until a program has connected, and gives the connection a name. */
  accept(conn: string, listener: string): Promise<void>;
  /** Sees for so long whether a program connects. */
  acceptNothing(listener: string, forMs: number): Promise<void>;
  /** Writes down which rule a message fits. */
  ruled(ruling: Omit<Extract<NewTraceEvent, { type: 'rule' }>, 'type'>): void;
  /** Waits until all is recorded that was on its way to us. */
  arrived(): Promise<void>;
  /** Makes `until` look again, after something that is not recorded. */
  wake(): void;
  /** Listens for one program, and leads each of its connections on to another. */
  relay(name: string, options: { readonly to: string }): Promise<void>;
  /** Stops listening. */
  unlisten(listener: string): void;
  connect(conn: string, options: ConnectOptions): Promise<void>;
  /** Goes on encrypted on a connection. */
  secure(conn: string, options: TlsOptions): Promise<void>;
  /** Lets a connection, or all that come to a listener, go through a bad link from now on. */
  link(on: string, rule: LinkRule): void;
  /** Begins to read on a connection that was opened without. */
  startReading(conn: string): void;
  send(conn: string, bytes: Buffer, options: SendOptions): Promise<void>;
  /** Waits for a program that sleeps for a time, whatever comes: it may have something to say afterwards. */
  outlastNap(conn: string): Promise<void>;
  halfClose(conn: string): Promise<void>;
  /** Lets the program finish what it has to say, then closes. */
  close(conn: string): Promise<void>;
  reset(conn: string): Promise<void>;

  observeBlocked(query: BlockedQuery): Promise<void>;
  /** Waits until the program has `bytes` unread on the connection (or time is up) and records what was seen. */
  observeUnread(conn: string, bytes: number): Promise<void>;
  /** Waits until something lies in the queue of a program's UDP socket, or nothing does. */
  observeQueue(program: string, unread: 'none' | 'some'): Promise<void>;
  /** Waits until the program holds the connection. */
  observeAccepted(conn: string): Promise<void>;
  /** Waits until the program's port is in the wanted state. */
  observePort(query: PortQuery): Promise<void>;
  /** Waits until a matcher holds on what the program printed. */
  awaitOutput(program: string, stream: 'stdout' | 'stderr' | 'printed', matcher: Matcher): Promise<void>;
  /** Records the source files that were handed in. */
  readSources(): Promise<void>;
  /** Waits until files in a program's folder fit, and records what was found of each. */
  awaitFiles(program: string, fits: ReadonlyMap<string, FileFits>): Promise<void>;
  /**
   * Looks at what the program does for so long: alive, using the processor, sleeping where. With a largest share of a
   * processor it goes on until the program stays below it for so long, or time is up.
   */
  observeActivity(program: string, forMs: number, maxShare?: number): Promise<void>;
}

/** Whether a file is as it should be: its bytes, or why there are none. */
export type FileFits = (found: Buffer | 'missing' | 'other' | 'too_large' | 'unreadable') => boolean;

export interface TlsOptions {
  /** Protocols to offer, or to choose from. */
  readonly alpn?: readonly string[];
  /** The authority to trust, in PEM. @default that of the run */
  readonly ca?: string;
  /** The name that the program's certificate must be for. @default localhost */
  readonly name?: string;
}

export interface ListenOptions {
  /** @default the one that the programs of this run are given */
  readonly port?: number;
  readonly backlog?: number;
  readonly tls?: TlsOptions;
  /** @default 'tcp' */
  readonly transport?: Transport;
}

export interface ConnectOptions {
  /** The program to reach, where it is known by name. */
  readonly program?: string;
  /** Where it is to be reached. @default where the program listens */
  readonly host?: string;
  /** A port that some program of this run must be reached on. @default the program's */
  readonly port?: number;
  readonly transport: Transport;
  /** How it is encrypted, where it is. */
  readonly tls?: TlsOptions;
  /** Read from the start; without, the kernel's buffers fill up and the program has to wait. */
  readonly reading: boolean;
  /** The port to dial from. */
  readonly sourcePort?: number;
  /** What the author expects: a refusal is not tried again where it is wanted. */
  readonly expect: 'ok' | 'refused' | 'timeout';
}

export interface SendOptions {
  /** Bytes a segment; everything at once when absent. */
  readonly chunk?: number;
  /** What to wait for between segments: a time in milliseconds, or the program's having received the last. */
  readonly every?: number | 'received';
}

export interface PortQuery {
  readonly program: string;
  readonly is: 'free' | 'listening' | 'time_wait';
  /** Whom the listening socket shall belong to. */
  readonly owner?: string;
  /** Whether the sockets that listen are the wanted ones. */
  readonly fits: (listeners: readonly Listener[]) => boolean;
}

export interface BlockedQuery {
  readonly program: string;
  readonly in: 'accept' | 'recv' | 'send';
  readonly on?: string;
  readonly forMs: number;
  /** Largest share of one processor, 0 to 1. */
  readonly maxShare: number;
}
