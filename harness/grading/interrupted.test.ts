import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Report } from '../model/index.ts';
import { eventually } from '../testing/cli.ts';
import { gradeInline, specOf } from '../testing/inline.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'interrupted-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const at = (name: string) => path.join(folder, name);

/** Notes each start of it by a byte in a file. */
const noted = (source: string) => `open(${JSON.stringify(at('starts'))}, "a").write("x")\n${source}`;
const starts = () => (existsSync(at('starts')) ? statSync(at('starts')).size : 0);

/** Interrupts once something is so. */
function interruptWhen(test: () => boolean, what: string): AbortSignal {
  const interrupt = new AbortController();
  void eventually(test, what).finally(() => interrupt.abort());
  return interrupt.signal;
}

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
  const report = await gradeInline(
    { 'server.py': SERVER },
    specOf('server: {}', { one: SHORT, two: SHORT }),
    {
      build: `sh -c "touch ${at('building')}; exec sleep 30"`,
      run: 'python3 server.py {port}',
      signal: interruptWhen(() => existsSync(at('building')), 'the build runs'),
    },
  );
  expect(shape(report)).toEqual({
    status: 'inconclusive',
    interrupted: true,
    scenarios: ['one inconclusive interrupted', 'two inconclusive interrupted'],
  });
});

test('what was not finished is inconclusive, what was counts, and the whole is no success', async () => {
  const report = await gradeInline(
    { 'server.py': noted(SERVER) },
    specOf('server: {}', { short: SHORT, long: LONG, later: SHORT }),
    { signal: interruptWhen(() => starts() === 2, 'the second scenario runs'), jobs: 1 },
  );
  expect(shape(report)).toEqual({
    status: 'inconclusive',
    interrupted: true,
    scenarios: ['short pass ', 'long inconclusive interrupted', 'later inconclusive interrupted'],
  });
});

test('a matrix of which only some rows were done has not passed', async () => {
  // Its third start takes until the interruption.
  const slow = `import os, time\nif os.path.getsize(${JSON.stringify(at('starts'))}) == 3: time.sleep(60)\n${SERVER}`;
  const report = await gradeInline({ 'server.py': noted(slow) }, specOf('server: {}', { rows: ROWS }), {
    signal: interruptWhen(() => starts() === 3, 'the last row has begun'),
    jobs: 1,
  });
  expect(shape(report).scenarios).toEqual(['rows inconclusive interrupted']);
});
