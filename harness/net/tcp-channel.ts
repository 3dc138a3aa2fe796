import type net from 'node:net';
import type { Channel, ChannelOptions } from './channel.ts';

/** One connection, as `nc` would hold it: byte-exact, never delayed, half-open allowed. */
export class TcpChannel implements Channel {
  readonly transport = 'tcp';
  readonly #socket: net.Socket;
  readonly #onData: (bytes: Buffer) => void;
  readonly #closed: Promise<false>;
  readonly opening: Promise<void>;
  #connected: boolean;
  #failed: string | undefined;

  /** `connected` says that the handshake is done already. */
  constructor(socket: net.Socket, options: ChannelOptions, connected: boolean) {
    this.#connected = connected;
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

  /** The handshake is done. */
  markConnected(): void {
    this.#connected = true;
  }

  get connected(): boolean {
    return this.#connected;
  }

  get failed(): string | undefined {
    return this.#failed;
  }

  get reading(): boolean {
    return this.#socket.listenerCount('data') > 0;
  }

  startReading(): void {
    if (!this.reading) this.#socket.on('data', this.#onData);
    this.#socket.resume();
  }

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

  async flushed(): Promise<void> {
    if (this.#socket.destroyed || this.#socket.writableFinished || this.#socket.writableLength === 0) return;
    const empty = new Promise<void>((resolve) => {
      if (this.#socket.writableEnded) this.#socket.once('finish', resolve);
      else this.#socket.write('', () => resolve());
    });
    await Promise.race([empty, this.#closed]);
  }

  /** Without shutdown(2) before it, which would leave a moment in which the program's bytes are taken and lost. */
  close(): void {
    this.#socket.destroy();
  }

  /** Sends RST. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  drop(): void {
    if (!this.#socket.destroyed) this.#socket.resetAndDestroy();
  }
}
