import type { Transport } from '../model/transport.ts';
import type { Agreement, SecureOptions } from './tls.ts';

/** Where bytes come from or go to. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** What a channel tells its owner. */
export interface ChannelOptions {
  /** Read from the start. Unread bytes would turn a close into an RST, so say no only for a slow reader. */
  readonly reading: boolean;
  /** Bytes came: a piece of a stream, or one whole message where the transport has messages. */
  readonly onData: (bytes: Buffer) => void;
  /** A message came from another peer; only where a transport has messages. */
  readonly onStray: (bytes: Buffer, from: Endpoint) => void;
  /** The stream ended; whether by FIN or RST only the kernel knows. */
  readonly onEnd: () => void;
  readonly onError: (code: string) => void;
}

export interface DialOptions extends ChannelOptions {
  readonly host: string;
  readonly port: number;
  /** The port to dial from. @default one that the system chooses */
  readonly sourcePort?: number;
  /** Called once the connection exists. */
  readonly onConnected: (localPort: number) => void;
}

/** One connection of the grader, whatever carries it: byte-exact and never delayed. */
export interface Channel {
  readonly transport: Transport;
  /** Resolves once the connection exists or has failed. */
  readonly opening: Promise<void>;
  readonly connected: boolean;
  /** The error that ended it, by the system's name. */
  readonly failed: string | undefined;
  /** Whether what comes is read. */
  readonly reading: boolean;
  /** Begins to read after `reading: false`. */
  startReading(): void;
  /** Hands bytes to the kernel; resolves with false when the connection is gone. */
  write(bytes: Buffer): Promise<boolean>;
  /** Goes on encrypted, on the same connection; rejects with the system's or OpenSSL's error. */
  secure(options: SecureOptions): Promise<Agreement>;
  /** Says that nothing more will be written, once everything written is out; reading goes on. */
  end(): Promise<void>;
  /** Resolves once everything written is in the kernel, or the connection is gone. */
  flushed(): Promise<void>;
  /** Leaves as a client that exits does: one close(2), which sends FIN, or RST where bytes that came lie unread. */
  close(): void;
  /** Breaks off. */
  reset(): void;
  /** Lets go of the connection without a trace on either side. */
  drop(): void;
}

/** A connection that a program made to us and that is not read yet. */
export interface Arrival {
  readonly localPort: number;
  readonly remotePort: number;
  /** Who it is, of all that came, from 1. */
  readonly number: number;
  /** Takes it over. */
  adopt(options: ChannelOptions): Channel;
}

/** What comes to a door from others, who are numbered from 1, and how it is handed on. */
export type Intercept = (from: number, bytes: Buffer, deliver: () => void) => void;

export interface ListenOptions {
  readonly port: number;
  /** See listen(2); only what comes faster than it can be taken waits in this queue. @default 511 */
  readonly backlog?: number;
  readonly onArrival: (arrival: Arrival) => void;
}

/** A port on which we wait for programs. */
export interface Door {
  /** Lets everything that comes from now on pass by a function first; only where the transport has messages. */
  intercept(intercept: Intercept): void;
  /** Stops listening and lets go of everything that came and was not adopted. */
  close(): void;
}

/** One transport: how to reach a program by it, and how to be reached. */
export interface Carrier {
  /** Begins to connect; the channel's `connected` and `failed` tell how it went. */
  dial(options: DialOptions): Channel;
  /**
   * Begins to listen on 127.0.0.1 and, where there is IPv6, on ::1, so that `localhost` leads here whatever it stands
   * for. Rejects with the system's error when 127.0.0.1 can't be had.
   */
  listen(options: ListenOptions): Promise<Door>;
}
