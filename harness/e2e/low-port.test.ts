import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeStage, type Stage } from '../testing/abuse.ts';
import { canIsolate } from '../testing/can-isolate.ts';

const SERVER = `import socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
c, _ = s.accept(); c.sendall(c.recv(100))
`;
const SPEC = `title: low port
programs: { server: { port: 81 } }
scenarios:
  - { id: one, title: one, steps: [{ start: server }, { connect: a }, { send: hi }, { expect: { equals: hi } }] }
`;

let stage: Stage;
beforeAll(() => {
  stage = makeStage();
  mkdirSync(path.join(stage.folder, 'submission'));
  writeFileSync(path.join(stage.folder, 'submission/server.py'), SERVER);
  writeFileSync(path.join(stage.folder, 'low.grade.yaml'), SPEC);
});
afterAll(() => stage.remove());

test.each([
  ['root', 'full', { status: 'pass' }],
  ['user', 'full', { status: 'pass' }],
  ['container', 'uid', { status: 'pass' }],
  ['plain', 'none', { status: 'inconclusive', findings: [{ because: 'precondition' }] }],
] as const)(
  'a port below 1024 that the author gave is no failure: %s, %s',
  async (grader, level, expected) => {
    const reason = canIsolate({ grader, level: level === 'none' ? 'full' : level });
    if (reason !== undefined) {
      process.stderr.write(`Not tried: ${grader} at level ${level}: ${reason}.\n`);
      return;
    }
    const file = path.join(stage.own(grader, 'out'), 'report.json');
    await stage.run(
      grader,
      [
        ...[
          'run',
          path.join(stage.folder, 'submission'),
          '--spec',
          path.join(stage.folder, 'low.grade.yaml'),
        ],
        ...['--isolation', level === 'none' ? 'none' : 'auto', '--quiet', '--report', `json=${file}`],
      ],
      { network: level !== 'full' },
    );
    const report = JSON.parse(readFileSync(file, 'utf8'));
    expect({ level: report.isolation.level, ...report.scenarios[0] }).toMatchObject({ level, ...expected });
  },
);
