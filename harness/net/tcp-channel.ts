import type net from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Channel, ChannelOptions } from './channel.ts';
import { type Agreement, agreementOf, type SecureOptions, wrap } from './tls.ts';

/** One connection, as `nc` would hold it: byte-exact, never delayed, half-open allowed. */
export class TcpChannel implements Channel {
  readonly transport = 'tcp';
  readonly #raw: net.Socket;
  readonly #options: ChannelOptions;
  /** Set once it is encrypted. */
  #secured: TLSSocket | undefined;
  readonly #closed: Promise<false>;
  readonly opening: Promise<void>;
  #connected: boolean;
  #failed: string | undefined;

  /** `connected` says that the handshake is done already. */
  constructor(socket: net.Socket, options: ChannelOptions, connected: boolean) {
    this.#connected = connected;
    this.#raw = socket;
    this.#options = options;
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve(false)));
    const opened = new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    this.opening = Promise.race([opened, this.#closed]).then(() => undefined);
    socket.setNoDelay(true);
    if (options.reading) this.startReading();
    else socket.pause();
    socket.on('end', options.onEnd);
    socket.on('error', (error: NodeJS.ErrnoException) => this.#fail(error));
  }

  get #socket(): net.Socket {
    return this.#secured ?? this.#raw;
  }

  #fail(error: NodeJS.ErrnoException): void {
    this.#failed = error.code ?? error.message;
    this.#options.onError(this.#failed);
  }

  async secure(options: SecureOptions): Promise<Agreement> {
    const { onData, onEnd } = this.#options;
    const isRead = this.reading || !this.#connected;
    this.#raw.removeListener('data', onData);
    this.#raw.removeListener('end', onEnd);
    const secured = wrap(this.#raw, options);
    this.#secured = secured;
    const agreed = await new Promise<Agreement>((resolve, reject) => {
      const done = () => resolve(agreementOf(secured, options));
      secured.once(options.role === 'client' ? 'secureConnect' : 'secure', done);
      secured.once('error', reject);
      this.#raw.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
    });
    secured.on('error', (error: NodeJS.ErrnoException) => this.#fail(error));
    secured.on('end', onEnd);
    if (isRead) this.startReading();
    return agreed;
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
    if (!this.reading) this.#socket.on('data', this.#options.onData);
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
    const secured = this.#secured;
    // close_notify says to the other side that this is the end, and that the stream was not cut off.
    if (secured && !secured.destroyed) secured.end(() => secured.destroy());
    else this.#raw.destroy();
  }

  /** Sends RST. */
  reset(): void {
    this.#raw.resetAndDestroy();
  }

  drop(): void {
    const secured = this.#secured;
    // Node reads on from the raw socket until that is closed, and crashes where the encrypted one is destroyed by then.
    secured?.pause();
    if (this.#raw.closed) secured?.destroy();
    else this.#raw.once('close', () => secured?.destroy());
    if (!this.#raw.destroyed) this.#raw.resetAndDestroy();
  }
}
