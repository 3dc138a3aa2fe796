import net from 'node:net';
import type { Arrival } from './listener.ts';

export interface ClientOptions {
  /** Read from the start. Unread bytes would turn a close into an RST, so say no only for a slow reader. */
  readonly reading: boolean;
  readonly onData: (bytes: Buffer) => void;
  /** The stream ended; whether by FIN or RST only the kernel knows. */
  readonly onEnd: () => void;
  readonly onError: (code: string) => void;
}

export interface DialOptions extends ClientOptions {
  readonly host: string;
  readonly port: number;
  /** The port to dial from. @default one that the system chooses */
  readonly sourcePort?: number;
  /** Called once the connection exists. */
  readonly onConnected: (localPort: number) => void;
}

/** One connection, as `nc` would hold it: byte-exact, never delayed, half-open allowed. */
export class Client {
  readonly #socket: net.Socket;
  readonly #onData: (bytes: Buffer) => void;
  readonly #closed: Promise<false>;
  /** Resolves once the connection exists or has failed. */
  readonly opening: Promise<void>;
  #connected = false;
  #failed: string | undefined;

  private constructor(socket: net.Socket, options: ClientOptions) {
    this.#socket = socket;
    this.#onData = options.onData;
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve(false)));
    const opened = new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    this.opening = Promise.race([opened, this.#closed]).then(() => undefined);
    socket.setNoDelay(true);
    if (options.reading) this.startReading();
    else socket.pause();
    socket.on('end', options.onEnd);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#failed = error.code ?? error.message;
      options.onError(this.#failed);
    });
  }

  /** Begins to connect; `connected` and `failed` tell how it went. */
  static dial(options: DialOptions): Client {
    const socket = new net.Socket({ allowHalfOpen: true });
    const client = new Client(socket, options);
    socket.once('connect', () => {
      // On a port of the ephemeral range with nobody listening, a connection can meet itself.
      if (socket.localPort === options.port) {
        socket.destroy(Object.assign(new Error('connected to itself'), { code: 'ECONNREFUSED' }));
        return;
      }
      client.#connected = true;
      options.onConnected(socket.localPort ?? 0);
    });
    const { host, port, sourcePort } = options;
    socket.connect({
      host,
      port,
      noDelay: true,
      ...(sourcePort === undefined ? {} : { localPort: sourcePort }),
    });
    return client;
  }

  /** Takes over a connection that a program made to us. */
  static adopt({ socket }: Arrival, options: ClientOptions): Client {
    const client = new Client(socket, options);
    client.#connected = true;
    return client;
  }

  get connected(): boolean {
    return this.#connected;
  }

  get failed(): string | undefined {
    return this.#failed;
  }

  /** Whether what comes is read. */
  get reading(): boolean {
    return this.#socket.listenerCount('data') > 0;
  }

  /** Begins to read after `reading: false`. */
  startReading(): void {
    if (!this.reading) this.#socket.on('data', this.#onData);
    this.#socket.resume();
  }

  /** Hands bytes to the kernel; resolves with false when the connection is gone. */
  write(bytes: Buffer): Promise<boolean> {
    if (this.#socket.destroyed || this.#socket.writableEnded) return Promise.resolve(false);
    const written = new Promise<boolean>((resolve) => this.#socket.write(bytes, (error) => resolve(!error)));
    return Promise.race([written, this.#closed]);
  }

  /** Sends FIN once everything written is out; reading goes on. */
  async end(): Promise<void> {
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    const ended = new Promise<void>((resolve) => this.#socket.end(() => resolve()));
    await Promise.race([ended, this.#closed]);
  }

  /** Sends FIN and stops reading. */
  async close(): Promise<void> {
    await this.end();
    this.#socket.destroy();
  }

  /** Sends RST. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** Lets go of the connection without a trace on either side. */
  drop(): void {
    if (!this.#socket.destroyed) this.#socket.resetAndDestroy();
  }
}
