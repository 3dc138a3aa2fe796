import { gradeInline, verdictOf } from '../testing/inline.ts';
import { IDLE_MS, IdleWatch, openKernel } from './index.ts';
import { endAll, launch, removeScratch, within } from './testing/launch.ts';
import { poll } from './time.ts';

const kernel = await openKernel();
const onLinux = kernel.can.calls ? describe : describe.skip;

afterEach(() => endAll(kernel));
afterAll(() => {
  kernel.close();
  removeScratch();
});

onLinux('a program that waits in recv()', () => {
  const waiting = (more: string) =>
    launch('python3', [
      '-c',
      `import socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0))
${more}
while True:
    try: s.recv(10)
    except BlockingIOError: pass
`,
    ]);

  test('waits for good, unless its socket has a time limit of its own', async () => {
    const endless = waiting('');
    const limited = waiting('s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 60, 0))');
    const [one, other] = [new IdleWatch(kernel, endless.ref), new IdleWatch(kernel, limited.ref)];
    const idle = async () => (await one.observed()) || null;
    expect(await poll(idle, { ...within(60_000), everyMs: 20 })).toBe(true);
    const end = performance.now() + 2 * IDLE_MS;
    while (performance.now() < end) {
      expect(await other.observed()).toBe(false);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(other.threads.map(({ call }) => call)).toEqual(['recvfrom']);
  });
});

test('a client that gives up waiting by SO_RCVTIMEO, as in C, gets the time to do so', async () => {
  const client = `import socket, struct, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 1, 300000))
for n in (1, 2):
    s.sendto(b"PING %d" % n, (sys.argv[1], int(sys.argv[2])))
    try: s.recv(100)
    except BlockingIOError: print(n, "lost", flush=True)
`;
  const spec = `title: pings
programs: { client: { transport: udp } }
scenarios:
  - id: lost
    title: lost
    retries: 0
    steps:
      - listen: door
      - start: client
      - accept: a
      - expect: PING 1
      - expect: { equals: PING 2, within: 10s }
`;
  expect(verdictOf(await gradeInline({ 'client.py': client }, spec), 'lost').findings).toEqual([]);
});
