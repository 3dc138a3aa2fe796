import { once } from 'node:events';
import { createServer } from 'node:net';
import { openKernel } from '../index.ts';
import {
  dial,
  endAll,
  eventually,
  freePort,
  launch,
  removeScratch,
  sourceFile,
  within,
} from '../testing/launch.ts';
import { LISTENING_CASES } from '../testing/listening-programs.ts';
import { waitListening } from '../wait-listening.ts';
import { watchBlocked } from '../watch-blocked.ts';
import { parseLsof } from './lsof.ts';
import { parseNetstat } from './netstat.ts';
import { parsePs } from './ps.ts';

const kernel = await openKernel({ force: 'portable' });
const withLsof = kernel.can.listeners ? describe : describe.skip;
const withNetstat = kernel.can.states ? describe : describe.skip;
if (kernel.unseen.length > 1)
  process.stderr.write(`skipped where it needs a missing tool: ${kernel.unseen.join('; ')}\n`);

afterEach(() => endAll(kernel));
afterAll(removeScratch);

describe('output of the tools', () => {
  test('lsof', () => {
    const output =
      'p12\nf3\ntIPv4\nn*:8080\nf4\ntIPv6\nn*:8081\np13\nf5\ntIPv4\nn127.0.0.1:99\nf6\ntIPv6\nn[::1]:99\nf7\ntIPv6\nn[::1]:99\n';
    expect(parseLsof(output)).toEqual([
      { address: '0.0.0.0', port: 8080, pid: 12 },
      { address: '::', port: 8081, pid: 12 },
      { address: '127.0.0.1', port: 99, pid: 13 },
      { address: '::1', port: 99, pid: 13 },
    ]);
  });

  test('netstat of macOS', () => {
    const rows = parseNetstat(`Active Internet connections (including servers)
Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)
tcp4       0      0  127.0.0.1.8080         127.0.0.1.51234        TIME_WAIT
tcp4       5      0  127.0.0.1.8080         127.0.0.1.51235        FIN_WAIT_2
tcp46      0      0  *.8080                 *.*                    LISTEN
tcp6       0      0  fe80::1%lo0.8080       *.*                    LISTEN
udp4       0      0  *.5353                 *.*
`);
    expect(rows).toMatchObject([
      {
        localAddress: '127.0.0.1',
        localPort: 8080,
        remoteAddress: '127.0.0.1',
        remotePort: 51234,
        state: 'TIME_WAIT',
        v6: false,
      },
      { remotePort: 51235, state: 'FIN_WAIT2', rxQueue: 5 },
      { localAddress: '::', localPort: 8080, remotePort: 0, state: 'LISTEN', v6: true },
      { localAddress: 'fe80::1', localPort: 8080, state: 'LISTEN', v6: true },
    ]);
    expect(rows).toHaveLength(4);
  });

  test('netstat of Linux', () => {
    const rows = parseNetstat(`Proto Recv-Q Send-Q Local Address           Foreign Address         State
tcp        0      7 127.0.0.1:8080          127.0.0.1:51234         CLOSE_WAIT
tcp6       0      0 :::8080                 :::*                    LISTEN
`);
    expect(rows).toMatchObject([
      { localAddress: '127.0.0.1', localPort: 8080, remotePort: 51234, state: 'CLOSE_WAIT', txQueue: 7 },
      { localAddress: '::', localPort: 8080, remoteAddress: '::', remotePort: 0, state: 'LISTEN', v6: true },
    ]);
  });

  test('ps', () => {
    expect(parsePs('    1     0 Ss\n   12     1 Z+\n')).toEqual([
      { pid: 1, parent: 0, zombie: false },
      { pid: 12, parent: 1, zombie: true },
    ]);
  });
});

withLsof('with lsof', () => {
  const wanted = [
    'any address',
    'loopback',
    'dual stack',
    'IPv6 loopback',
    'as a daemon',
    'exits',
    'another port',
    'htons forgotten',
  ];
  const cases = LISTENING_CASES.filter(({ name }) => wanted.includes(name));
  test.each(cases)('$name: $state', async ({ source, state, address }) => {
    const port = await freePort(kernel);
    const { ref } = launch('python3', [sourceFile('server.py', source), String(port)]);
    // Without calls to look at, that nothing more will come is only known when the time is over.
    const ms = state === 'listening' ? 60_000 : 6_000;
    const found = await waitListening(kernel, ref, { port, protocol: 'tcp', localhost: true, ...within(ms) });
    expect(found).toMatchObject({ state });
    if (state === 'listening') expect(found).toMatchObject({ port, listeners: [{ address, port }] });
  });

  test('whatever listens on a port is found with its owner', async () => {
    const port = await freePort(kernel);
    const server = createServer().listen(port, '127.0.0.1');
    await eventually(async () => (await kernel.portState(port, 'tcp')).state === 'listening');
    expect(await kernel.listenersOn(port, 'tcp')).toEqual([{ address: '127.0.0.1', port, pid: process.pid }]);
    server.close();
  });
});

withNetstat('with netstat', () => {
  test('TIME_WAIT is seen', async () => {
    const port = await freePort(kernel);
    const server = createServer((peer) => peer.end()).listen(port, '127.0.0.1');
    await once(server, 'listening');
    const client = await dial(port);
    client.on('end', () => client.end());
    await eventually(async () => (await kernel.portState(port, 'tcp')).timeWait.length === 1);
    server.close();
    await eventually(async () => (await kernel.portState(port, 'tcp')).state === 'time_wait');
  });
});

describe('what the tools do not tell', () => {
  test('is unseen and said so', async () => {
    const { ref } = launch('sleep', ['100']);
    expect(kernel.unseen.join()).toMatch(/not read/);
    expect(kernel.can).toMatchObject({ unread: false, calls: false, cpu: false });
    const options = { forMs: 50, maxShare: 0.1, ...within(400) };
    const seen = await watchBlocked(kernel, ref, { kind: 'listener', port: 1, protocol: 'tcp' }, options);
    expect(seen).toMatchObject({ state: 'unseen' });
    expect(await kernel.cpu(ref())).toBeNull();
  });
});
