import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import type { TcpRow } from '../types.ts';
import { SockDiag } from './sock-diag.ts';
import { parseRows } from './tcp-rows.ts';

const diag = new SockDiag();
const servers: Server[] = [];
const sockets: Socket[] = [];
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
  diag.close();
});

/** What listens on a port, one connection with a byte that is not read, and one in TIME_WAIT. */
async function traffic(host: string): Promise<number> {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
  servers.push(server);
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const connected = async () => {
    const accepted = once(server, 'connection');
    const client = createConnection({ port, host, allowHalfOpen: true });
    sockets.push(client);
    const [peer] = (await accepted) as [Socket];
    sockets.push(peer);
    return { client, peer };
  };
  const leaving = await connected();
  leaving.peer.resume().end();
  await once(leaving.client.resume(), 'end');
  leaving.client.end();
  await Promise.all([once(leaving.client, 'close'), once(leaving.peer, 'close')]);
  const staying = await connected();
  await new Promise((resolve) => staying.client.write('x', resolve));
  return port;
}

const sorted = (rows: readonly TcpRow[], port: number) =>
  rows
    .filter(({ localPort, remotePort }) => localPort === port || remotePort === port)
    .map((row) => JSON.stringify(row))
    .sort();

test.each([
  ['127.0.0.1', 4, '/proc/net/tcp'],
  ['::1', 6, '/proc/net/tcp6'],
] as const)('of sockets on %s netlink tells the same as the text', async (host, family, file) => {
  const port = await traffic(host);
  const rows = sorted((await diag.rows(family)) ?? [], port);
  expect(rows).toEqual(sorted(parseRows(readFileSync(file, 'latin1'), family === 6), port));
  const states = rows.map((row) => (JSON.parse(row) as TcpRow).state);
  expect(states.sort()).toEqual(['ESTABLISHED', 'ESTABLISHED', 'LISTEN', 'TIME_WAIT']);
});

test('a dual-stack listener is shown with a client of IPv4 as the text shows it', async () => {
  const server = createServer({ pauseOnConnect: true });
  servers.push(server);
  server.listen(0, '::');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const accepted = once(server, 'connection');
  sockets.push(createConnection({ port, host: '127.0.0.1' }));
  sockets.push(((await accepted) as [Socket])[0]);
  for (const [family, file] of [
    [4, '/proc/net/tcp'],
    [6, '/proc/net/tcp6'],
  ] as const) {
    const rows = sorted((await diag.rows(family)) ?? [], port);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows).toEqual(sorted(parseRows(readFileSync(file, 'latin1'), family === 6), port));
  }
});

test('one connection is found by its ports, from both ends, and what listens where there is none', async () => {
  const port = await traffic('127.0.0.1');
  const all = ((await diag.rows(4)) ?? []).filter(
    ({ localPort, remotePort }) => localPort === port || remotePort === port,
  );
  for (const row of all.filter(({ remotePort }) => remotePort !== 0))
    expect(await diag.find(row.localPort, row.remotePort)).toEqual(row);
  const listening = all.find(({ state }) => state === 'LISTEN');
  expect(await diag.find(port, 1)).toEqual(listening);
  expect(await diag.find(1, port)).toBeUndefined();
  const rows = (await diag.rows(4, { listening: true })) ?? [];
  expect(rows.filter(({ localPort }) => localPort === port)).toEqual([listening]);
  expect(rows.every(({ state }) => state === 'LISTEN')).toBe(true);
});

test('who asks all at once gets an answer each, and none once it is closed', async () => {
  const other = new SockDiag();
  const answers = await Promise.all([other.rows(4), other.rows(6), other.rows(4)]);
  expect(answers.every((rows) => rows !== null)).toBe(true);
  const late = other.rows(4);
  other.close();
  expect(await late).toBeNull();
  expect(await other.rows(4)).toBeNull();
});
