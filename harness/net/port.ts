import net from 'node:net';
import getPort, { portNumbers } from 'get-port';

/** Below the range that Linux takes client ports from (ip_local_port_range), so that no client sits on a test port. */
const FIRST = 20_000;
const LAST = 32_000;

/**
 * A TCP port that nobody uses now and that this process has not given out lately. With its two bytes
 * swapped it is another, unprivileged port, so that a forgotten htons() shows.
 */
export async function freePort(): Promise<number> {
  const start = FIRST + Math.floor(Math.random() * (LAST - FIRST));
  const order = [...portNumbers(start, LAST), ...portNumbers(FIRST, start)];
  return getPort({ port: order.filter((port) => (port & 0xff) >= 4 && (port & 0xff) !== port >> 8) });
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

/** Whether certainly nobody listens on a port, on whichever address. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    // Without a host Node listens on all addresses of both families where there are two.
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(true)));
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
