import net from 'node:net';
import { defined } from '../base/defined.ts';
import type { Carrier, Channel, DialOptions, Door, ListenOptions } from './channel.ts';
import { TcpChannel } from './tcp-channel.ts';

/** Connections of the Internet, see tcp(7). */
export const tcp: Carrier = { dial, listen };

function dial(options: DialOptions): Channel {
  const socket = new net.Socket({ allowHalfOpen: true });
  const channel = new TcpChannel(socket, options, false);
  socket.once('connect', () => {
    // On a port of the ephemeral range with no listener, a connection can meet itself.
    if (socket.localPort === options.port) {
      socket.destroy(Object.assign(new Error('connected to itself'), { code: 'ECONNREFUSED' }));
      return;
    }
    channel.markConnected();
    options.onConnected(socket.localPort ?? 0);
  });
  const { host, port, sourcePort } = options;
  socket.connect({
    host,
    port,
    noDelay: true,
    ...defined({ localPort: sourcePort }),
  });
  return channel;
}

async function listen(options: ListenOptions): Promise<Door> {
  const door = new TcpDoor();
  await door.open('127.0.0.1', options);
  // Without IPv6 on this machine `localhost` leads to 127.0.0.1 alone.
  await door.open('::1', options).catch(() => {});
  return door;
}

/** What connects is held unread until it is adopted. */
class TcpDoor implements Door {
  readonly #servers: net.Server[] = [];
  #count = 0;
  readonly #waiting = new Set<net.Socket>();

  open(host: string, { port, backlog, onArrival }: ListenOptions): Promise<void> {
    const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
    server.on('connection', (socket) => {
      socket.on('error', () => {});
      this.#waiting.add(socket);
      socket.once('close', () => this.#waiting.delete(socket));
      onArrival({
        number: ++this.#count,
        localPort: socket.localPort ?? port,
        remotePort: socket.remotePort ?? 0,
        adopt: (channelOptions) => {
          this.#waiting.delete(socket);
          return new TcpChannel(socket, channelOptions, true);
        },
      });
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, exclusive: true, ...defined({ backlog }) }, () => {
        this.#servers.push(server);
        resolve();
      });
    });
  }

  intercept(): void {}

  close(): void {
    for (const server of this.#servers) server.close();
    for (const socket of this.#waiting) socket.resetAndDestroy();
  }
}
