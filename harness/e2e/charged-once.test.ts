import path from 'node:path';
import { defined } from '../base/defined.ts';
import { grade } from '../grading/grade.ts';
import { ROOT } from '../testing/cli.ts';
import { withSubmission } from '../testing/inline.ts';

const SPEC = path.join(ROOT, 'specs/echo.grade.yaml');

/** An echo server in Python; `once` runs before it serves. */
const echo = ({ port = 'int(sys.argv[1])', options = '', once = '', accept = 'c, _ = s.accept()' } = {}) =>
  `import socket, sys, threading, time
s = socket.socket()
${options}
s.bind(("127.0.0.1", ${port}))
s.listen(5)
${once}
while True:
    ${accept}
    try:
        while data := c.recv(4096):
            c.sendall(data)
    except OSError:
        pass
    c.close()
`;
const REUSE = 's.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)';
const ASKS_ON = `s.setblocking(False)
    while True:
        try:
            c, _ = s.accept()
            c.setblocking(True)
            break
        except BlockingIOError:
            pass`;
const CHATTERS = `def chatter():
    while True:
        print(flush=True)
threading.Thread(target=chatter, daemon=True).start()`;
const INHERITS_NOTHING = 'python3 server.py "$1" &\n';

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly run?: string;
  readonly port?: 'any';
  /** Status by scenario, and of failures the cause. */
  readonly expected: Readonly<Record<string, string>>;
}

const CASES: readonly Case[] = [
  {
    name: 'a server that never accepts fails wherever a connection waits',
    files: { 'server.py': echo({ options: REUSE, once: 'threading.Event().wait()' }) },
    expected: { 'reuse-address': 'fail not_accepted', 'client-leaves': 'fail not_accepted' },
  },
  {
    name: 'a server that asks for a client without a pause fails once',
    files: { 'server.py': echo({ options: REUSE, accept: ASKS_ON }) },
    expected: { 'blocking-accept': 'fail spinning', 'client-leaves': 'pass', 'client-resets': 'pass' },
  },
  {
    name: 'a server that prints without end fails once',
    files: { 'server.py': echo({ options: REUSE, once: CHATTERS }) },
    expected: {
      'blocking-accept': 'fail spinning',
      'blocking-recv': 'pass',
      'client-leaves': 'pass',
      'send-reply': 'pass',
    },
  },
  {
    name: 'a server that asks for bytes without a pause after its client has left fails for that',
    files: {
      'server.py': echo({ options: REUSE }).replace(
        'while data := c.recv(4096):\n            c.sendall(data)',
        'while True:\n            c.sendall(c.recv(4096))',
      ),
    },
    expected: { 'blocking-accept': 'pass', 'client-leaves': 'fail spinning' },
  },
  {
    name: 'a start script that leaves its server in the background fails once',
    files: { 'server.py': echo({ options: REUSE }), 'start.sh': INHERITS_NOTHING },
    run: 'sh start.sh ${{ port }}',
    expected: {
      listens: 'fail exited',
      'reuse-address': 'pass',
      'buffered-data': 'pass',
      'client-leaves': 'pass',
      'concurrent-clients': 'fail not_accepted',
    },
  },
  {
    name: 'a high port of its own is no excuse for a missing SO_REUSEADDR',
    files: { 'server.py': echo({ port: '41873' }) },
    port: 'any',
    expected: { listens: 'pass', 'reuse-address': 'fail no_reuseaddr' },
  },
  {
    name: 'a high port of its own can be taken again with SO_REUSEADDR',
    files: { 'server.py': echo({ port: '41874', options: REUSE }) },
    port: 'any',
    expected: { 'reuse-address': 'pass' },
  },
];

test.concurrent.each(CASES.map((each) => [each.name, each] as const))(
  '%s',
  async (_, { files, run, port, expected }) => {
    const report = await withSubmission(files, (submission) =>
      grade({
        submission,
        spec: SPEC,
        seed: 'once',
        only: [...new Set(['blocking-accept', ...Object.keys(expected)])],
        ...defined({ run, port }),
      }),
    );
    const got = report.scenarios.map(({ id, status, findings: [first] }) => [
      id,
      status === 'fail' ? `fail ${first?.cause}` : status,
    ]);
    const wanted = Object.fromEntries(got.filter(([id = '']) => id in expected));
    expect(wanted).toEqual(expected);
  },
);
