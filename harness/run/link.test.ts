import type { LinkRule } from '../model/link.ts';
import { gradeInline, specOf, statuses, verdictOf } from '../testing/inline.ts';
import { Link } from './link.ts';

const ALL: LinkRule = { inARow: 2, direction: 'both' };

/** What comes of so many datagrams to the program, by number, in the order in which they come. */
async function through(rule: Partial<LinkRule>, count: number, seed = 's') {
  const effects: string[] = [];
  const came: number[] = [];
  const link = new Link({
    rule: { ...ALL, ...rule },
    seed,
    onEffect: ({ number, did }) => effects.push(`${number} ${did}`),
  });
  for (let number = 1; number <= count; number++) link.datagram('to_program', 10, () => came.push(number));
  const deadline = Date.now() + 2_000;
  while (link.pending > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  return { effects, came, pending: link.pending };
}

test('what a link does hangs on the seed, and never loses more in a row than it may', async () => {
  const first = await through({ drop: 0.5, duplicate: 0.2, reorder: 0.2 }, 200);
  expect(await through({ drop: 0.5, duplicate: 0.2, reorder: 0.2 }, 200)).toEqual(first);
  expect((await through({ drop: 0.5, duplicate: 0.2, reorder: 0.2 }, 200, 'other')).effects).not.toEqual(
    first.effects,
  );
  const lost = new Set(
    first.effects.filter((one) => one.endsWith('dropped')).map((one) => Number.parseInt(one, 10)),
  );
  expect(lost.size).toBeGreaterThan(40);
  for (let at = 1; at <= 198; at++) expect([at, at + 1, at + 2].every((one) => lost.has(one))).toBe(false);
  for (let at = 1; at <= 200; at++) expect(first.came.includes(at)).toBe(!lost.has(at));
  expect(first.came).not.toEqual([...first.came].sort((a, b) => a - b));
  expect(first.pending).toBe(0);
});

test('datagrams are lost by number, in one direction only', async () => {
  expect((await through({ drop: [1, 3] }, 4)).came).toEqual([2, 4]);
  expect((await through({ drop: 1, inARow: 2 }, 6)).came).toEqual([3, 6]);
  expect((await through({ drop: 1, inARow: 100, direction: 'from_program' }, 2)).came).toEqual([1, 2]);
});

/** Sends each of three datagrams until it is answered, five times at most. */
const CLIENT = `
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(1.5)
for n in range(1, 4):
    for attempt in range(TRIES):
        s.sendto(b"PING %d" % n, (sys.argv[1], int(sys.argv[2])))
        try:
            while s.recv(100) != b"PONG %d" % n: pass
            print("got", n, flush=True)
            break
        except socket.timeout:
            print("lost", flush=True)
`;
const SPEC = specOf('client: { transport: udp }', {
  lossy: `
    steps:
      - listen: door
      - link: { on: door, drop: [1, 3], direction: from_program }
      - start: client
      - accept: a
      - expect: { on: a, equals: "PING 1" }
      - send: { on: a, text: "PONG 1" }
      - expect: { on: a, equals: "PING 2" }
      - send: { on: a, text: "PONG 2" }
      - expect: { on: a, equals: "PING 3" }
      - send: { on: a, text: "PONG 3" }
      - check: { program: client, is: exited, code: 0 }
      - check: { program: client, stdout: { equals: "lost\\ngot 1\\nlost\\ngot 2\\ngot 3\\n" } }
`,
});

test('a client that tries again gets through a lossy link, one that does not fails', async () => {
  const [right, wrong] = await Promise.all(
    ['5', '1'].map((tries) => gradeInline({ 'client.py': CLIENT.replace('TRIES', tries) }, SPEC)),
  );
  expect(right && verdictOf(right, 'lossy').findings).toEqual([]);
  expect(wrong && statuses(wrong)).toEqual({ lossy: 'fail' });
  const events = right?.scenarios[0]?.runs[0]?.trace.events ?? [];
  expect(events.filter(({ type }) => type === 'link')).toHaveLength(2);
});

test('a stream is delayed and comes in pieces, in order and whole', async () => {
  const report = await gradeInline(
    {
      'server.py':
        'import socket, sys\ns = socket.create_server(("127.0.0.1", int(sys.argv[1])))\nwhile True:\n  c, _ = s.accept()\n  n = 0\n  while d := c.recv(9999):\n    n += 1\n    c.sendall(d)\n  c.sendall(b" in %d" % n)\n  c.close()\n',
    },
    specOf('server: {}', {
      pieces: `
    steps:
      - start: server
      - connect: a
      - link: { on: a, delay: 30ms..60ms, pieces: 3, direction: to_program }
      - send: abcdefghi
      - expect: { equals: abcdefghi, leftover: ignore }
      - half_close: a
      - expect: { read: close, equals: " in 3" }
`,
    }),
  );
  expect(verdictOf(report, 'pieces').findings).toEqual([]);
});
