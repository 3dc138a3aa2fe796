import { openKernel } from './index.ts';
import { LinuxKernel } from './linux/kernel.ts';
import { BLOCKED_CASES, type BlockedCase } from './testing/blocked-programs.ts';
import { commandOf } from './testing/languages.ts';
import { dial, endAll, freePort, hasCommand, launch, removeScratch, within } from './testing/launch.ts';
import { waitListening } from './wait-listening.ts';
import { watchBlocked } from './watch-blocked.ts';

const kernel = await openKernel();
const onKernel = kernel.can.calls ? describe : describe.skip;
const TOOLS = { python: 'python3', c: 'gcc', node: 'node', java: 'javac' };
const here = BLOCKED_CASES.filter(({ language }) => hasCommand(TOOLS[language]));

afterEach(() => endAll(kernel));
afterAll(() => {
  kernel.close();
  removeScratch();
});

/** Starts the server, connects when the case asks for it, and gives what to watch. */
async function prepare(server: BlockedCase) {
  const port = await freePort(kernel);
  const [command, ...args] = commandOf(server.language, server.source);
  const { ref } = launch(command, [...args, String(port)]);
  const ready = await waitListening(kernel, ref, {
    port,
    protocol: 'tcp',
    localhost: true,
    ...within(60_000),
  });
  expect(ready).toMatchObject({ state: 'listening' });
  if (server.target === 'listener')
    return { ref, target: { kind: 'listener', port, protocol: 'tcp' } } as const;
  // The first client of a server that is busy with it is another one than the one that is asked about.
  if (server.state === 'not_accepted') await dial(port);
  const client = await dial(port);
  if (server.name.includes('end of file')) client.end();
  return {
    ref,
    target: { kind: 'connection', serverPort: port, clientPort: client.localPort ?? 0 },
  } as const;
}

onKernel('watchBlocked', () => {
  test.each(here)('$name, $target: $state', async (server) => {
    const { ref, target } = await prepare(server);
    const options = { forMs: 200, maxShare: 0.05, ...within(server.within ?? 60_000) };
    const seen = await watchBlocked(kernel, ref, target, options);
    expect(seen).toMatchObject({ state: server.state });
    expect(seen.detail).toMatch(server.says ?? /./);
    if (server.state === 'blocked') expect(seen.share).toBeLessThan(0.05);
    if (server.state === 'spinning') expect(seen.share).toBeGreaterThan(0.5);
  });

  test('after it was stopped and continued, a wait with a time limit is still recognised', async () => {
    const server = here.find(({ name }) => name === 'C, poll with a time limit');
    if (!server) return;
    const slow = { ...server, source: server.source.replace('100)', '60000)') };
    const { ref, target } = await prepare(slow);
    const before = await watchBlocked(kernel, ref, target, { forMs: 50, maxShare: 0.05, ...within(60_000) });
    process.kill(ref().pid, 'SIGSTOP');
    const stopped = await watchBlocked(kernel, ref, target, { forMs: 50, maxShare: 0.05, ...within(300) });
    process.kill(ref().pid, 'SIGCONT');
    const after = await watchBlocked(kernel, ref, target, { forMs: 50, maxShare: 0.05, ...within(60_000) });
    expect([before.state, stopped.state, after.state]).toEqual(['blocked', 'elsewhere', 'blocked']);
    expect(stopped.detail).toMatch(/stopped/);
    expect(after.threads[0]?.call).toBe('restart_syscall');
  });

  test('the client that sees the end of its connection ends the watch', async () => {
    const server = here.find(({ name }) => name === 'Python, recv');
    if (!server) return;
    const { ref, target } = await prepare(server);
    const options = { forMs: 5000, maxShare: 0.05, ...within(60_000), ended: () => 'closed' as const };
    expect(await watchBlocked(kernel, ref, target, options)).toMatchObject({ state: 'closed' });
  });

  test.each([
    ['Python, recv', 'blocked', /alone/],
    ['Python, spins on accept', 'spinning', /of a core/],
    ['Python, waits for another client', 'not_accepted', /not accepted/],
  ])('where calls do not show, the use of the processor decides: %s is %s', async (name, state, says) => {
    const server = here.find((each) => each.name === name && each.target === 'connection');
    if (!server) return;
    const weak = new LinuxKernel({
      can: { ...kernel.can, calls: false },
      unseen: [],
      childrenFile: false,
      countsV6: false,
    });
    const { ref, target } = await prepare(server);
    const options = { forMs: 200, maxShare: 0.05, ...within(6000) };
    const seen = await watchBlocked(weak, ref, target, options);
    expect(seen).toMatchObject({ state, detail: expect.stringMatching(says) });
  });
});
