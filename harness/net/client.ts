import net from 'node:net';

export interface ClientOptions {
  readonly host: string;
  readonly port: number;
  /** Read from the start. Unread bytes would turn a close into an RST, so say no only for a slow reader. */
  readonly reading: boolean;
  /** Called once the connection exists. */
  readonly onConnected: (localPort: number) => void;
  readonly onData: (bytes: Buffer) => void;
  /** The stream ended; whether by FIN or RST only the kernel knows. */
  readonly onEnd: () => void;
  readonly onError: (code: string) => void;
}

/** One connection, as `nc` would hold it: byte-exact, never delayed, half-open allowed. */
export class Client {
  readonly #socket: net.Socket;
  #connected = false;
  #failed: string | undefined;

  constructor(options: ClientOptions) {
    const socket = new net.Socket({ allowHalfOpen: true });
    this.#socket = socket;
    socket.setNoDelay(true);
    if (options.reading) socket.on('data', options.onData);
    else socket.pause();
    socket.on('end', options.onEnd);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#failed = error.code ?? error.message;
      options.onError(this.#failed);
    });
    socket.once('connect', () => {
      // On a port of the ephemeral range with nobody listening, a connection can meet itself.
      if (socket.localPort === options.port) {
        socket.destroy(Object.assign(new Error('connected to itself'), { code: 'ECONNREFUSED' }));
        return;
      }
      this.#connected = true;
      options.onConnected(socket.localPort ?? 0);
    });
    this.#onData = options.onData;
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve(false)));
    socket.connect({ host: options.host, port: options.port, noDelay: true });
  }

  readonly #onData: (bytes: Buffer) => void;
  readonly #closed: Promise<false>;

  get connected(): boolean {
    return this.#connected;
  }

  get failed(): string | undefined {
    return this.#failed;
  }

  /** Begins to read after `reading: false`. */
  startReading(): void {
    if (this.#socket.listenerCount('data') === 0) this.#socket.on('data', this.#onData);
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
