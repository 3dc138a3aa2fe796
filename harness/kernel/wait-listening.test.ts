import { once } from 'node:events';
import { createServer } from 'node:net';
import { openKernel } from './index.ts';
import { endAll, freePort, launch, removeScratch, sourceFile, within } from './testing/launch.ts';
import { LISTENING_CASES } from './testing/listening-programs.ts';
import { waitListening } from './wait-listening.ts';

const kernel = await openKernel();
const onKernel = kernel.can.calls ? describe : describe.skip;

afterEach(() => endAll(kernel));
afterAll(() => {
  kernel.close();
  removeScratch();
});

onKernel('waitListening', () => {
  test.each(LISTENING_CASES)(
    '$name: $state',
    async ({ source, state, address, says, within: ms = 60_000 }) => {
      const port = await freePort(kernel);
      const { ref } = launch('python3', [sourceFile('server.py', source), String(port)]);
      const found = await waitListening(kernel, ref, {
        port,
        protocol: 'tcp',
        localhost: true,
        ...within(ms),
      });
      expect(found).toMatchObject({ state });
      expect(found.detail).toMatch(says ?? /./);
      if (state !== 'listening') return;
      expect(found.port).toBe(port);
      expect(found.listeners[0]?.address).toBe(address);
      const pids = await kernel.processes(ref(), { orphans: true });
      expect(pids).toContain(found.listeners[0]?.pid);
    },
  );

  test('any port is taken as it is, the given one before others', async () => {
    const port = await freePort(kernel);
    const source = LISTENING_CASES.find(({ name }) => name === 'another socket first')?.source ?? '';
    const args = [sourceFile('server.py', source), String(port)];
    const free = await waitListening(kernel, launch('python3', args).ref, {
      port: null,
      protocol: 'tcp',
      localhost: true,
      ...within(60_000),
    });
    expect(free).toMatchObject({ state: 'listening', port: ((port & 255) << 8) | (port >> 8) });
    await endAll(kernel);
    const { ref } = launch('python3', args);
    const found = await waitListening(kernel, ref, {
      port,
      protocol: 'tcp',
      localhost: true,
      ...within(60_000),
    });
    expect(found).toMatchObject({ state: 'listening', port });
    const any = await waitListening(kernel, ref, {
      port: port + 1,
      rule: 'any',
      protocol: 'tcp',
      localhost: true,
      ...within(60_000),
    });
    expect(any).toMatchObject({ state: 'listening' });
  });

  test('a port that a stranger holds', async () => {
    const port = await freePort(kernel);
    const stranger = createServer().listen(port, '127.0.0.1');
    await once(stranger, 'listening');
    const source = LISTENING_CASES[0]?.source ?? '';
    const { ref } = launch('python3', [sourceFile('server.py', source), String(port)]);
    const found = await waitListening(kernel, ref, {
      port,
      protocol: 'tcp',
      localhost: true,
      ...within(60_000),
    });
    stranger.close();
    expect(found).toMatchObject({ state: 'port_taken', port });
    expect(found.listeners).toEqual([{ address: '127.0.0.1', port, pid: process.pid }]);
  });

  test('an address that localhost does not reach is accepted when it need not', async () => {
    const port = await freePort(kernel);
    const source = LISTENING_CASES.find(({ name }) => name === 'another address')?.source ?? '';
    const { ref } = launch('python3', [sourceFile('server.py', source), String(port)]);
    const found = await waitListening(kernel, ref, {
      port,
      protocol: 'tcp',
      localhost: false,
      ...within(60_000),
    });
    expect(found).toMatchObject({ state: 'listening', port });
  });

  test('an aborted wait rejects with the reason', async () => {
    const aborter = new AbortController();
    const { ref } = launch('sleep', ['100']);
    const wait = waitListening(kernel, ref, {
      port: 1,
      protocol: 'tcp',
      localhost: true,
      deadline: () => false,
      signal: aborter.signal,
    });
    aborter.abort(new Error('interrupted'));
    await expect(wait).rejects.toThrow('interrupted');
  });
});
