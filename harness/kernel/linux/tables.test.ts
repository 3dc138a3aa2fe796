import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { openV6Sockets } from './socket-counts.ts';
import { Tables } from './tables.ts';

describe('the table of IPv6, where the counts of sockets may spare it', () => {
  const servers: Server[] = [];

  async function listening(): Promise<{ server: Server; port: number }> {
    const server = createServer({ allowHalfOpen: true });
    servers.push(server);
    server.listen(0, '::1');
    await once(server, 'listening');
    const address = server.address();
    return { server, port: typeof address === 'object' && address ? address.port : 0 };
  }

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  it('is read when one listens, alone and among all', async () => {
    const { port } = await listening();
    const tables = new Tables('always');
    expect(openV6Sockets()).toBeGreaterThan(0);
    for (const rows of [await tables.tcp(), await tables.ofSockets(6)]) {
      expect(rows.filter(({ localPort, v6 }) => localPort === port && v6)).toMatchObject([
        { state: 'LISTEN' },
      ]);
    }
  });

  it('is read when nothing of it is left but a connection in TIME_WAIT', async () => {
    const { server, port } = await listening();
    const accepted = once(server, 'connection');
    const client = createConnection({ port, host: '::1', allowHalfOpen: true });
    const [peer] = (await accepted) as [Socket];
    // The server's end closes first.
    peer.resume().end();
    await once(client.resume(), 'end');
    client.end();
    await Promise.all([once(client, 'close'), once(peer, 'close')]);
    server.close();
    await once(server, 'close');
    const rows = (await new Tables('always').tcp()).filter(({ localPort }) => localPort === port);
    expect(rows).toMatchObject([{ state: 'TIME_WAIT', v6: true }]);
  });
});

test('a read that is under way ends well when all is closed meanwhile', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const tables = new Tables('never', { netlink: true });
  const reading = tables.tcp();
  await setImmediate();
  tables.close();
  const rows = await reading.finally(() => server.close());
  expect(rows.filter(({ localPort }) => localPort === port)).toMatchObject([{ state: 'LISTEN' }]);
});
