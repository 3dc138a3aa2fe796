import { activity } from './activity.ts';
import { asleep, asleepOrEnded, openKernel, positiveControl } from './index.ts';
import { commandOf } from './testing/languages.ts';
import {
  dial,
  endAll,
  eventually,
  freePort,
  launch,
  removeScratch,
  untilItSleeps,
  within,
} from './testing/launch.ts';
import { waitListening } from './wait-listening.ts';

const kernel = await openKernel();
const onKernel = kernel.can.calls ? describe : describe.skip;

afterEach(() => endAll(kernel));
afterAll(() => {
  kernel.close();
  removeScratch();
});

const RECEIVE_NOTHING = `
import socket, sys, time
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('', int(sys.argv[1]))); s.listen()
c = s.accept()[0]
time.sleep(100)`;
const RECEIVE_ALL = RECEIVE_NOTHING.replace('time.sleep', 'while c.recv(100): pass\ntime.sleep');
const NEVER_ACCEPT = RECEIVE_NOTHING.replace('c = s.accept()[0]', '');
const CLOSE = RECEIVE_NOTHING.replace('time.sleep', 'c.close(); time.sleep');

async function serve(source: string) {
  const port = await freePort(kernel);
  const [command, ...args] = commandOf('python', source);
  const { ref, child } = launch(command, [...args, String(port)]);
  const ready = await waitListening(kernel, ref, {
    port,
    protocol: 'tcp',
    localhost: true,
    ...within(60_000),
  });
  expect(ready.state).toBe('listening');
  return { port, ref, child };
}

async function connected(source: string) {
  const server = await serve(source);
  const client = await dial(server.port);
  const clientPort = client.localPort ?? 0;
  return { ...server, client, clientPort, end: () => kernel.serverEnd(server.port, clientPort) };
}

onKernel('what the server has not read', () => {
  test('is counted when it was accepted, without the FIN', async () => {
    const { client, end } = await connected(RECEIVE_NOTHING);
    await eventually(async () => (await end())?.accepted === true);
    expect(await end()).toMatchObject({ unread: 0, fin: false });
    client.write('hello');
    await eventually(async () => (await end())?.unread === 5);
    client.end();
    await eventually(async () => (await end())?.fin === true);
    expect(await end()).toMatchObject({
      unread: 5,
      fin: true,
      accepted: true,
      row: { state: 'CLOSE_WAIT', rxQueue: 6 },
    });
  });

  test('is counted in the accept queue', async () => {
    const { client, end, port } = await connected(NEVER_ACCEPT);
    client.write('hello');
    await eventually(async () => (await end())?.unread === 5);
    client.end();
    await eventually(async () => (await end())?.fin === true);
    expect(await end()).toMatchObject({ unread: 5, fin: true, accepted: false });
    const queue = (await kernel.tcp()).find((row) => row.state === 'LISTEN' && row.localPort === port);
    expect(queue?.rxQueue).toBe(1);
  });

  test('is nothing after it was read, the FIN too', async () => {
    const { client, end } = await connected(RECEIVE_ALL);
    client.write('hello');
    client.end();
    await eventually(async () => (await end())?.row.rxQueue === 0 && (await end())?.fin === true);
    expect(await end()).toMatchObject({ unread: 0, fin: true });
  });
});

onKernel('ends of a connection', () => {
  test('a FIN leaves the client in CLOSE_WAIT, an RST leaves no row', async () => {
    const { port, clientPort } = await connected(CLOSE);
    await eventually(async () => (await kernel.clientEnd(clientPort, port))?.state === 'CLOSE_WAIT');
    const other = await connected(RECEIVE_NOTHING);
    other.client.removeAllListeners('error').on('error', () => undefined);
    other.client.write('unread');
    await eventually(async () => (await other.end())?.unread === 6);
    other.child.kill('SIGKILL');
    await eventually(async () => (await kernel.clientEnd(other.clientPort, other.port)) === null);
    expect(await other.end()).toBeNull();
  });

  test('a server that is killed with an idle connection leaves TIME_WAIT on its port', async () => {
    const { port, client, clientPort, child, end } = await connected(RECEIVE_ALL);
    expect(await kernel.portState(port, 'tcp')).toMatchObject({ state: 'listening', timeWait: [] });
    await eventually(async () => (await end())?.accepted === true);
    child.kill('SIGKILL');
    await eventually(async () => (await kernel.portState(port, 'tcp')).closing.length === 1);
    client.end();
    await eventually(async () => (await kernel.portState(port, 'tcp')).state === 'time_wait');
    const leftover = { localAddress: '127.0.0.1', remoteAddress: '127.0.0.1', remotePort: clientPort };
    expect(await kernel.portState(port, 'tcp')).toMatchObject({
      timeWait: [leftover],
      closing: [],
      listeners: [],
    });
  });

  test('the machine refuses a bind on a port in TIME_WAIT', async () => {
    expect(await positiveControl()).toBe(true);
  });
});

onKernel('listeners', () => {
  test('of a port are found with their owner, and gone after its end', async () => {
    const { port, ref, child } = await serve(RECEIVE_NOTHING);
    const own = [{ address: '0.0.0.0', port, pid: ref().pid }];
    expect(await kernel.listeners(ref(), 'tcp')).toEqual(own);
    expect(await kernel.listenersOn(port, 'tcp')).toEqual(own);
    expect(await kernel.holding(port, [process.pid, ref().pid], 'tcp')).toEqual([ref().pid]);
    child.kill('SIGKILL');
    await eventually(async () => (await kernel.listenersOn(port, 'tcp')).length === 0);
    expect(await kernel.portState(port, 'tcp')).toMatchObject({ state: 'free' });
  });
});

onKernel('SO_REUSEADDR and SO_REUSEPORT of a listening socket', () => {
  const server = (flag: string) => `
import socket, sys, time
s = socket.socket()
${flag}
s.bind(('127.0.0.1', int(sys.argv[1])))
s.listen()
time.sleep(100)`;
  const SET = 's.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)';
  test.each([
    ['set', SET, { address: true, sharedPort: false }],
    ['not set', '', { address: false, sharedPort: false }],
    ['another', SET.replace('ADDR', 'PORT'), { address: false, sharedPort: true }],
  ])('are seen where one is %s', async (_, flag, flags) => {
    const { port, ref } = await serve(server(flag));
    expect(await kernel.reuse(port, [process.pid, ref().pid])).toEqual(flags);
  });

  test('are not known where nothing listens', async () => {
    expect(await kernel.reuse(await freePort(kernel), [process.pid])).toBe(null);
  });
});

onKernel('processes', () => {
  test('a child that left the tree is found by its marker, a zombie is not alive', async () => {
    const body = `import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork(): os._exit(0)
time.sleep(100)`;
    const { ref } = launch('python3', ['-c', body]);
    const tree = async () => (await kernel.processes(ref())).join();
    const all = async () => (await kernel.processes(ref(), { orphans: true })).length;
    await eventually(async () => (await all()) === 2 && (await tree()) === String(ref().pid));
  });

  test('a stopped tree is seen in state T, thread by thread', async () => {
    const { ref } = launch('sh', ['-c', 'sleep 100 & sleep 100; wait']);
    await eventually(async () => (await kernel.processes(ref())).length === 3);
    expect(await asleepOrEnded(kernel, ref, within(60_000))).toBe(true);
    process.kill(-ref().pid, 'SIGSTOP');
    await eventually(async () => (await kernel.threads(ref())).every(({ state }) => state === 'T'));
    expect(await kernel.threads(ref())).toHaveLength(3);
  });
});

onKernel('processor time', () => {
  test('an idle program wants next to nothing, two busy threads of two processes want two cores', async () => {
    const sleeper = launch('sleep', ['100']);
    await untilItSleeps(kernel, sleeper);
    const idle = await activity(kernel, sleeper.ref, 300, within(60_000).signal);
    expect(idle).toMatchObject({ alive: true });
    expect(idle.share).toBeLessThan(0.1);
    const { ref } = launch('sh', ['-c', '(while :; do :; done) & while :; do :; done']);
    await eventually(async () => (await kernel.processes(ref())).length === 2);
    await eventually(async () => ((await kernel.cpu(ref()))?.runMs ?? 0) > 100);
    const busy = await activity(kernel, ref, 300, within(60_000).signal);
    expect(busy.share).toBeGreaterThan(1.6);
    expect(busy.detail).toMatch(/runs/);
    expect(await asleepOrEnded(kernel, ref, within(100))).toBe(false);
  });

  test('one that has ended is done and is not asleep, though its end is not reported yet', async () => {
    const { ref, child } = launch('sleep', ['100']);
    const unreported = () => ({ ...ref(), exited: false });
    await eventually(() => asleep(kernel, unreported, within(100)));
    child.kill('SIGKILL');
    await eventually(async () => (await kernel.processes(unreported())).length === 0);
    expect(await asleepOrEnded(kernel, unreported, within(60_000))).toBe(true);
    expect(await asleep(kernel, unreported, within(50))).toBe(false);
  });

  test('what a thread used is kept after its end', async () => {
    const { ref, child } = launch('sh', ['-c', 'while :; do :; done']);
    await eventually(async () => ((await kernel.cpu(ref()))?.runMs ?? 0) > 50);
    child.kill('SIGKILL');
    await eventually(async () => (await kernel.processes(ref())).length === 0);
    expect((await kernel.cpu(ref()))?.runMs).toBeGreaterThan(50);
    expect(await activity(kernel, ref, 50, within(60_000).signal)).toMatchObject({ alive: false });
  });
});
