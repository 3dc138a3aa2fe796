import dgram from 'node:dgram';
import net from 'node:net';
import getPort from 'get-port';
import type { Protocol } from '../model/transport.ts';

/** Below the range that Linux takes client ports from (ip_local_port_range), so that no client sits on a test port. */
const FIRST = 20_000;
const LAST = 32_000;

/** A port that is ours until it is given back. */
export interface ReservedPort {
  readonly port: number;
  release(): void;
}

/** How many ports are tried with a lock; as many again without, before any will do. */
const TRIES = 50;

/**
 * Reserves a free TCP port. get-port knows only what this process has given out; other graders on the
 * machine are kept off by a Unix socket with an abstract name, see unix(7), which leaves no file and ends with us.
 * With its two bytes swapped the port is another, unprivileged one, so that a forgotten htons() shows. `isClean` tells
 * whether no old connection is left on a port, which Node can't see: it binds with SO_REUSEADDR always.
 * @default not asked
 */
export async function reservePort(
  isClean: (port: number) => Promise<boolean> = async () => true,
): Promise<ReservedPort> {
  for (let tries = 1; ; tries++) {
    const port = randomPort();
    // The lock comes first: looking whether a port is free takes it for a moment, which must not hit another's program.
    // Where a stranger holds all the names, a free port at random has to do: graders hardly ever meet on one.
    const locked = process.platform === 'linux' && tries <= TRIES;
    const release = locked ? await lockPort(port) : () => {};
    if (!release) continue;
    const found = await getPort({ port });
    if (
      (found === port && (await isClean(port)) && (await canBindDatagrams('udp4', port))) ||
      tries >= 2 * TRIES
    )
      return { port: found, release };
    release();
  }
}

function randomPort(): number {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if ((port & 0xff) >= 4 && (port & 0xff) !== port >> 8) return port;
  }
}

/** Returns how to give the lock back, or nothing when another process has it. */
function lockPort(port: number): Promise<(() => void) | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ path: `\0socket-grader-port-${port}` }, () => {
      server.unref();
      resolve(() => server.close());
    });
  });
}

/**
 * Whether a socket with SO_REUSEADDR (Node sets it always) can be bound here now. While an old
 * connection is in TIME_WAIT this tells whether the old socket had the flag.
 */
export function canBind(host: string, port: number): Promise<{ works: boolean; code?: string }> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ works: false, code: error.code ?? error.message }),
    );
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve({ works: true })));
  });
}

/** Whether certainly nothing listens on a port, or has bound it by UDP, on whichever address. */
export function isFree(port: number, protocol: Protocol): Promise<boolean> {
  // Without IPv6 nothing is certain, and whoever asks looks at the kernel's table.
  if (protocol === 'udp') return canBindDatagrams('udp6', port);
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    // Without a host Node listens on all addresses of both families where there are two.
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function canBindDatagrams(type: dgram.SocketType, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = dgram.createSocket(type);
    socket.once('error', () => resolve(false));
    socket.bind({ port, exclusive: true }, () => socket.close(() => resolve(true)));
  });
}

/**
 * Takes an old connection out of TIME_WAIT by opening it once more from the same client port (RFC
 * 1337 describes how that ends it), so that it does not disturb what is started on the port next.
 */
export function clearTimeWait(old: {
  localAddress: string;
  localPort: number;
  remoteAddress: string;
  remotePort: number;
}): Promise<void> {
  return new Promise((resolve) => {
    const socket = net.connect({
      host: old.localAddress,
      port: old.localPort,
      localAddress: old.remoteAddress,
      localPort: old.remotePort,
    });
    const finish = () => {
      socket.destroy();
      resolve();
    };
    socket.setTimeout(1_000, finish);
    socket.once('connect', () => {
      socket.resetAndDestroy();
      resolve();
    });
    socket.once('error', finish);
  });
}
