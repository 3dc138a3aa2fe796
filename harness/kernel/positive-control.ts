import { createConnection, createServer, type Server } from 'node:net';
import { Tables } from './linux/tables.ts';
import { deadlineIn, poll } from './time.ts';

const LIMIT_MS = 2000;

/**
 * Proves that this machine refuses a bind on a port in TIME_WAIT unless both the leftover and the new socket have
 * SO_REUSEADDR: null when that could not be tried. Node sets the flag on whatever it binds, so the roles are
 * swapped: the leftover lacks it (the port of an outgoing connection, never bound), and the bind has it.
 */
export async function positiveControl(): Promise<boolean | null> {
  if (process.platform !== 'linux') return null;
  const server = createServer({ allowHalfOpen: true }, (peer) => {
    // The client is the first to close; TIME_WAIT is then its own.
    peer
      .on('end', () => peer.end())
      .on('error', () => undefined)
      .resume();
  });
  try {
    const serverPort = await bind(server, 0);
    if (typeof serverPort !== 'number') return null;
    const port = await leaveTimeWait(serverPort);
    if (port === null) return null;
    const trial = createServer();
    const outcome = await bind(trial, port);
    trial.close();
    // The leftover must still have been there while the bind was tried.
    if (typeof outcome === 'number' && !(await timeWaitOn(port, serverPort))) return null;
    return outcome === 'EADDRINUSE' ? true : typeof outcome === 'number' ? false : null;
  } finally {
    server.close();
  }
}

/** The port that the server listens on, or the error's code. */
function bind(server: Server, port: number): Promise<number | string> {
  return new Promise((resolve) => {
    server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 'no address');
    });
  });
}

async function leaveTimeWait(serverPort: number): Promise<number | null> {
  const port = await new Promise<number | null>((resolve) => {
    const client = createConnection({ port: serverPort, host: '127.0.0.1' });
    let own: number | null = null;
    client.once('connect', () => {
      own = client.localPort ?? null;
      client.end();
    });
    client.on('error', () => resolve(null)).on('close', () => resolve(own));
    client.resume();
  });
  if (port === null) return null;
  const { signal } = new AbortController();
  const seen = await poll(async () => (await timeWaitOn(port, serverPort)) || null, {
    deadline: deadlineIn(LIMIT_MS),
    signal,
    everyMs: 2,
  });
  return seen ? port : null;
}

async function timeWaitOn(port: number, serverPort: number): Promise<boolean> {
  const row = await new Tables().connection(port, serverPort).catch(() => null);
  return row?.state === 'TIME_WAIT';
}
