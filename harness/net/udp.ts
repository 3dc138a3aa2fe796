import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import type {
  Arrival,
  Carrier,
  Channel,
  ChannelOptions,
  DialOptions,
  Door,
  Endpoint,
  Intercept,
  ListenOptions,
} from './channel.ts';

/** Datagrams, see udp(7). */
export const udp: Carrier = { dial, listen };

/** Room for what comes while the event loop is busy, in bytes; the system may give less (net.core.rmem_max). */
const RECEIVE_BUFFER = 4 * 1024 * 1024;

function open(host: string): dgram.Socket {
  const type = net.isIPv6(host) ? 'udp6' : 'udp4';
  return dgram.createSocket({
    type,
    recvBufferSize: RECEIVE_BUFFER,
    ...(type === 'udp6' ? { ipv6Only: true } : {}),
  });
}

/**
 * The socket stays unconnected, see connect(2): a connected one would not see a reply from another port, and would be told
 * of a port without a program at some later call.
 */
function dial(options: DialOptions): Channel {
  const { host, port, sourcePort = 0, onConnected } = options;
  const socket = open(host);
  const opening = once(socket, 'listening').then(
    () => {
      channel.markConnected();
      onConnected(socket.address().port);
    },
    () => {},
  );
  const channel = new UdpChannel(socket, { address: host, port }, options, {
    opening,
    onClose: () => socket.close(),
  });
  socket.on('message', (bytes, from) => {
    if (from.port === port && from.address === host) channel.take(bytes);
    else options.onStray(bytes, from);
  });
  socket.bind({ port: sourcePort, address: host, exclusive: true });
  return channel;
}

async function listen(options: ListenOptions): Promise<Door> {
  const door = new UdpDoor(options.onArrival);
  await door.open('127.0.0.1', options.port);
  // Without IPv6 on this machine `localhost` leads to 127.0.0.1 alone.
  await door.open('::1', options.port).catch(() => {});
  return door;
}

interface Life {
  readonly opening: Promise<void>;
  readonly onClose: () => void;
}

/** What goes to one address and comes from it. */
class UdpChannel implements Channel {
  readonly transport = 'udp';
  readonly reading = true;
  readonly opening: Promise<void>;
  readonly #socket: dgram.Socket;
  readonly #peer: Endpoint;
  readonly #options: ChannelOptions;
  readonly #onClose: () => void;
  #connected = false;
  #closed = false;
  #failed: string | undefined;

  constructor(socket: dgram.Socket, peer: Endpoint, options: ChannelOptions, { opening, onClose }: Life) {
    this.#socket = socket;
    this.#peer = peer;
    this.#options = options;
    this.#onClose = onClose;
    this.opening = opening;
    socket.on('error', (error: NodeJS.ErrnoException) => this.#fail(error));
  }

  #fail(error: NodeJS.ErrnoException): void {
    this.#failed = error.code ?? error.message;
    this.#options.onError(this.#failed);
  }

  /** Its socket is bound. */
  markConnected(): void {
    this.#connected = true;
  }

  get connected(): boolean {
    return this.#connected;
  }

  get failed(): string | undefined {
    return this.#failed;
  }

  /** A datagram came. */
  take(bytes: Buffer): void {
    if (!this.#closed) this.#options.onData(bytes);
  }

  startReading(): void {}

  write(bytes: Buffer): Promise<boolean> {
    if (this.#closed || !this.#connected) return Promise.resolve(false);
    return new Promise((resolve) =>
      this.#socket.send(bytes, this.#peer.port, this.#peer.address, (error) => {
        if (error) this.#fail(error);
        resolve(!error);
      }),
    );
  }

  secure(): Promise<never> {
    return Promise.reject(new Error('datagrams are not encrypted'));
  }

  async end(): Promise<void> {}

  async flushed(): Promise<void> {}

  close(): void {
    this.drop();
  }

  reset(): void {
    this.drop();
  }

  drop(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose();
  }
}

/** A peer that wrote to us: what came before it was adopted, and where to hand on what comes. */
interface Peer {
  readonly waiting: Buffer[];
  channel?: UdpChannel;
}

/** A bound socket on which whoever writes is a connection of its own, from its first datagram on. */
class UdpDoor implements Door {
  readonly #onArrival: (arrival: Arrival) => void;
  readonly #sockets: dgram.Socket[] = [];
  readonly #peers = new Map<string, Peer>();
  readonly #numbers = new Map<string, number>();
  #intercept: Intercept = (_from, _bytes, deliver) => deliver();

  constructor(onArrival: (arrival: Arrival) => void) {
    this.#onArrival = onArrival;
  }

  async open(host: string, port: number): Promise<void> {
    const socket = open(host);
    socket.on('message', (bytes, from) => {
      const number = this.#numberOf(from);
      this.#intercept(number, bytes, () => this.#take(socket, bytes, from, number));
    });
    socket.bind({ port, address: host, exclusive: true });
    await once(socket, 'listening');
    socket.setMaxListeners(0);
    socket.on('error', () => {});
    this.#sockets.push(socket);
  }

  intercept(intercept: Intercept): void {
    this.#intercept = intercept;
  }

  #numberOf({ address, port }: Endpoint): number {
    const key = `${address} ${port}`;
    const number = this.#numbers.get(key) ?? this.#numbers.size + 1;
    this.#numbers.set(key, number);
    return number;
  }

  #take(socket: dgram.Socket, bytes: Buffer, from: Endpoint, number: number): void {
    const key = `${from.address} ${from.port}`;
    const known = this.#peers.get(key);
    if (known?.channel) known.channel.take(bytes);
    else known?.waiting.push(bytes);
    if (known) return;
    const peer: Peer = { waiting: [bytes] };
    this.#peers.set(key, peer);
    this.#onArrival({
      number,
      localPort: socket.address().port,
      remotePort: from.port,
      adopt: (options) => {
        const onClose = () => this.#peers.delete(key);
        const channel = new UdpChannel(socket, from, options, { opening: Promise.resolve(), onClose });
        channel.markConnected();
        peer.channel = channel;
        for (const early of peer.waiting.splice(0)) channel.take(early);
        return channel;
      },
    });
  }

  /** Who was adopted has the same socket, and loses it as well. */
  close(): void {
    for (const socket of this.#sockets.splice(0)) socket.close();
  }
}
