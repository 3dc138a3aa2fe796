import net from 'node:net';

/** A connection that a program made to us and that nobody reads yet. */
export interface Arrival {
  readonly socket: net.Socket;
  readonly localPort: number;
  readonly remotePort: number;
}

export interface ListenerOptions {
  readonly port: number;
  /** See listen(2); only what comes faster than it can be taken waits in this queue. @default 511 */
  readonly backlog?: number;
  readonly onArrival: (arrival: Arrival) => void;
}

/**
 * A port on which we wait for a program to connect, on 127.0.0.1 and, where there is IPv6, on ::1, so that
 * `localhost` leads here whatever it stands for. What connects is held unread until somebody adopts it.
 */
export class Listener {
  readonly #servers: net.Server[] = [];
  readonly #arrivals = new Set<net.Socket>();

  /** Begins to listen; rejects with the system's error when 127.0.0.1 can't be had. */
  static async open(options: ListenerOptions): Promise<Listener> {
    const listener = new Listener();
    await listener.#listen('127.0.0.1', options);
    // Without IPv6 on this machine `localhost` leads to 127.0.0.1 alone.
    await listener.#listen('::1', options).catch(() => {});
    return listener;
  }

  #listen(host: string, { port, backlog, onArrival }: ListenerOptions): Promise<void> {
    const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
    server.on('connection', (socket) => {
      socket.on('error', () => {});
      this.#arrivals.add(socket);
      socket.once('close', () => this.#arrivals.delete(socket));
      onArrival({ socket, localPort: socket.localPort ?? port, remotePort: socket.remotePort ?? 0 });
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, exclusive: true, ...(backlog === undefined ? {} : { backlog }) }, () => {
        this.#servers.push(server);
        resolve();
      });
    });
  }

  /** Stops listening and lets go of everything that came. */
  close(): void {
    for (const server of this.#servers) server.close();
    for (const socket of this.#arrivals) socket.resetAndDestroy();
  }
}
