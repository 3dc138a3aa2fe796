import type { Report } from '../model/index.ts';
import { gradeInline, specOf } from '../testing/inline.ts';

const SERVER = `import socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    c, _ = s.accept()
    while d := c.recv(4096): c.sendall(d)
    c.close()
`;
const LONG = `    steps:
      - start: server
      - check: { program: server, is: running, for: 20s }
`;
const SHORT = `    points: 2
    steps:
      - start: server
      - connect: a
      - send: hello
      - expect: { equals: hello }
`;
const ROWS = SHORT.replace('points: 2', 'points: 1\n    matrix: { text: [one, two, three] }').replace(
  'hello }',
  'hello }\n      - note: "${{ matrix.text }}"',
);

function shape({ status, interrupted, scenarios }: Report) {
  return {
    status,
    interrupted,
    scenarios: scenarios.map((each) => `${each.id} ${each.status} ${each.findings[0]?.because ?? ''}`),
  };
}

test('an interruption during the build is free failure', async () => {
  const interrupt = new AbortController();
  setTimeout(() => interrupt.abort(), 300);
  const report = await gradeInline(
    { 'server.py': SERVER },
    specOf('server: {}', { one: SHORT, two: SHORT }),
    {
      build: 'sleep 30',
      run: 'python3 server.py {port}',
      signal: interrupt.signal,
    },
  );
  expect(shape(report)).toEqual({
    status: 'inconclusive',
    interrupted: true,
    scenarios: ['one inconclusive interrupted', 'two inconclusive interrupted'],
  });
});

test('what was not finished is inconclusive, what was counts, and the whole is no success', async () => {
  const interrupt = new AbortController();
  const report = await gradeInline(
    { 'server.py': SERVER },
    specOf('server: {}', { short: SHORT, long: LONG, later: SHORT }),
    { signal: interrupt.signal, jobs: 1 },
    {},
    ({ type }) => {
      if (type === 'finished') setTimeout(() => interrupt.abort(), 200);
    },
  );
  expect(shape(report)).toEqual({
    status: 'inconclusive',
    interrupted: true,
    scenarios: ['short pass ', 'long inconclusive interrupted', 'later inconclusive interrupted'],
  });
});

test('a matrix of which only some rows were done has not passed', async () => {
  const interrupt = new AbortController();
  const report = await gradeInline(
    { 'server.py': SERVER.replace('s = ', 'import time; time.sleep(0.3)\ns = ') },
    specOf('server: {}', { rows: ROWS }),
    { signal: interrupt.signal, jobs: 1 },
    {},
    ({ type }) => {
      if (type === 'started') setTimeout(() => interrupt.abort(), 700);
    },
  );
  expect(shape(report).scenarios).toEqual(['rows inconclusive interrupted']);
});
