import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { withWitness } from '../judge/with-witness.ts';
import type { NewTraceEvent, Observation, RunVerdict, Trace } from '../model/index.ts';
import { traced } from '../process/traced.ts';
import { compareWitnesses } from './compare.ts';
import { socketFacts } from './socket-facts.ts';
import { readStrace } from './strace-lines.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'witness-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a Python program to its end under strace. */
async function straced(source: string) {
  const [program, file] = [path.join(folder, 'program.py'), path.join(folder, 'calls')];
  await writeFile(program, source);
  // strace steps aside and may write on for a moment; without -DDD it is gone when its program is.
  const { argv } = traced(['python3', program], { file, marker: 'x' });
  const [command = '', ...args] = argv.filter((word) => word !== '-DDD');
  await promisify(execFile)(command, args);
  return readStrace(await readFile(file, 'latin1'));
}

const TALK = `
import socket, threading
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('127.0.0.1', 0)); s.listen()
def client():
    c = socket.create_connection(s.getsockname()); c.sendall(b'x' * 5000); c.close()
t = threading.Thread(target=client); t.start()
c, _ = s.accept()
c.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
while c.recv(2000): pass
t.join()
s2 = socket.socket(); s2.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
try: s2.bind(s.getsockname())
except OSError: pass
s3 = socket.socket(); s3.bind(('127.0.0.1', 0)); s3.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
`;

test('system calls become facts about sockets, also where two threads cut each other short', async () => {
  const { calls, ends, hidden } = await straced(TALK);
  const facts = socketFacts(calls);
  expect(hidden).toBe(false);
  expect([...ends.values()]).toContain('exited with 0');
  expect(facts.binds).toMatchObject([
    { reuseAddress: true, reusePort: false, error: undefined },
    { reuseAddress: false, reusePort: true, error: 'EADDRINUSE' },
    { reuseAddress: false, reusePort: false, error: undefined },
  ]);
  const port = facts.listens[0]?.port;
  expect(facts.accepts).toMatchObject([{ own: port }]);
  expect(facts.onConnections).toMatchObject([{ own: port, other: facts.accepts[0]?.other }]);
  expect(facts.receives.filter(({ own }) => own === port).reduce((sum, { bytes }) => sum + bytes, 0)).toBe(
    5000,
  );
  expect(facts.late).toHaveLength(1);
});

const FACTS = {
  datagrams: [],
  binds: [{ at: 1000, port: 80, error: undefined, reuseAddress: false, reusePort: false }],
  listens: [{ at: 1001, port: 80 }],
  bound: [],
  late: [],
  onConnections: [],
  accepts: [{ own: 80, other: 5000, from: 1100, to: 1200 }],
  receives: [{ own: 80, other: 5000, from: 1300, to: 1310, bytes: 7 }],
};
const AGAIN = {
  ...FACTS,
  accepts: [],
  receives: [],
  binds: [{ ...FACTS.binds[0], at: 9000, port: 80, error: undefined, reuseAddress: true, reusePort: false }],
};

function trace(...events: [number, NewTraceEvent][]): Trace {
  return { events: events.map(([t, event]) => ({ ...event, t })), streams: {}, durationMs: 0 };
}
function start(instance: number): NewTraceEvent {
  return { type: 'process_start', program: 'server', instance, pid: 1, argv: [], cwd: '', port: 80 };
}
function seen(observation: Observation): NewTraceEvent {
  return { type: 'observed', observation };
}
const DIALLED: [number, NewTraceEvent][] = [
  [0, start(1)],
  [50, { type: 'connect', conn: 'a', host: '', port: 80 }],
  [90, { type: 'connected', conn: 'a', localPort: 5000 }],
  [95, { type: 'sent', conn: 'a', offset: 0, length: 10 }],
];
function listening(state: 'listening' | 'idle'): Observation {
  return { what: 'listening', program: 'server', state, listeners: [], port: state === 'idle' ? null : 80 };
}
function unread(bytes: number, accepted: boolean): Observation {
  return { what: 'unread', conn: 'a', bytes, accepted, fin: false };
}

describe('two witnesses', () => {
  const facts = new Map([
    ['server#1', FACTS],
    ['server#2', AGAIN],
  ]);
  const compare = (...events: [number, NewTraceEvent][]) =>
    compareWitnesses(trace(...DIALLED, ...events), 1000, facts).differences;

  test.each<[string, readonly (readonly [number, NewTraceEvent])[], RegExp | null]>([
    ['that agree on a listener', [[10, seen(listening('listening'))]], null],
    [
      'of which one saw no listen()',
      [[10, seen({ ...listening('listening'), port: 81 } as Observation)]],
      /not seen to call listen/,
    ],
    ['of which one saw a listen() long ago', [[2000, seen(listening('idle'))]], /seen to call listen/],
    ['that may both be right, one a little later', [[150, seen(listening('idle'))]], null],
    ['that agree on what was received', [[900, seen(unread(3, true))]], null],
    ['that differ in what was received', [[900, seen(unread(10, true))]], /recv\(\) had returned 7/],
    ['that cannot tell yet what was received', [[320, seen(unread(10, true))]], null],
    ['that differ in accept()', [[900, seen(unread(3, false))]], /accept\(\) had returned it/],
    [
      'that agree that the flag was missing',
      [
        [7000, seen({ what: 'bind_trial', port: 80, works: false })],
        [7001, start(2)],
        [7900, seen({ what: 'control_start', program: 'server', port: 80, listens: false })],
      ],
      null,
    ],
    [
      'that differ in the flag of the old socket',
      [
        [7000, seen({ what: 'bind_trial', port: 80, works: true })],
        [7001, start(2)],
        [8100, seen(listening('listening'))],
      ],
      /says that the old socket of server on port 80 had/,
    ],
    [
      'that differ in the flag of the listening socket',
      [
        [7001, start(2)],
        [
          7900,
          seen({ what: 'control_start', program: 'server', port: 80, listens: false, reuseAddress: true }),
        ],
      ],
      /listening socket of server on port 80 has SO_REUSEADDR, its calls say the opposite/,
    ],
    [
      'that differ in why a restart failed',
      [
        [7001, start(2)],
        [8100, seen({ what: 'control_start', program: 'server', port: 80, listens: true })],
      ],
      /had not been refused/,
    ],
  ])('%s', (_, events, difference) => {
    const found = compare(...events.map(([t, event]): [number, NewTraceEvent] => [t, event]));
    if (difference === null) expect(found).toEqual([]);
    else expect(found.join()).toMatch(difference);
  });
});

test('a contradiction is a fault of the grader, whatever the verdict was; silence changes nothing', () => {
  const run: RunVerdict = { attempt: 1, status: 'fail', findings: [], trace: trace() };
  expect(withWitness(run, undefined)).toBe(run);
  expect(withWitness(run, { compared: 3, differences: [], cut: [] })).toEqual({ ...run, confirmed: 3 });
  expect(withWitness(run, { compared: 3, differences: ['so and so'], cut: [] })).toMatchObject({
    status: 'inconclusive',
    findings: [{ because: 'harness', summary: expect.stringContaining('so and so') }],
  });
});

test('a datagram that a program had too little room for is evidence of a failure, and none where it had enough', () => {
  const call = (at: number, args: string, result: number, name = 'recvfrom') =>
    `7 1.${at} ${name}(3<UDP:[127.0.0.1:80]>, ${args}) = ${result} <0.000010>\n`;
  const from = (text: string, room: number) =>
    `${JSON.stringify(text)}..., ${room}, 0, {sa_family=AF_INET}, [16]`;
  const vector = (room: number, flags: string) =>
    `{msg_name={sa_family=AF_INET}, msg_iov=[{iov_base="x\\", 1"..., iov_len=${room}}], msg_iovlen=1, msg_flags=${flags}}, 0`;
  const events: [number, NewTraceEvent][] = [
    [0, start(1)],
    [1, { type: 'connect', conn: 'a', host: '', port: 80, transport: 'udp' }],
    [100, { type: 'sent', conn: 'a', offset: 0, length: 600 }],
    [101, { type: 'sent', conn: 'a', offset: 600, length: 64 }],
  ];
  const cut = (text: string) =>
    compareWitnesses(trace(...events), 1000, new Map([['server#1', socketFacts(readStrace(text).calls)]]))
      .cut;
  const lost = 'server had room for 512 bytes when it received a datagram of 600: the rest was lost';
  expect(cut(call(150, from('ab", 9, 0', 512), 512))).toEqual([lost]);
  expect(cut(call(150, vector(512, 'MSG_TRUNC'), 512, 'recvmsg'))).toEqual([lost]);
  expect(cut(call(150, from('ab', 2048), 600) + call(160, from('c', 64), 64))).toEqual([]);
  expect(cut(call(150, from('c', 64), 64))).toEqual([]);
  const run = {
    attempt: 1,
    status: 'fail',
    findings: [{ cause: 'truncated', summary: '', evidence: ['x'] }],
    trace: trace(),
  } as const;
  const seen = withWitness(run, { compared: 1, differences: [], cut: [lost, lost] });
  expect(seen.findings[0]?.evidence).toEqual(['x', lost]);
});
