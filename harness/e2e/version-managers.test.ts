import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Grader, makeStage, type Stage } from '../testing/abuse.ts';
import { canIsolate } from '../testing/can-isolate.ts';

const SERVER = `import os, socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
c, _ = s.accept(); c.sendall(c.recv(100) + os.environ["HOME"].encode())
`;
const SPEC = `title: exposed
programs: { server: {} }
scenarios:
  - id: one
    title: one
    steps: [{ start: server }, { connect: a }, { send: hi }, { expect: { starts_with: hi } }]
`;

let stage: Stage;
let closed: string;
let submission: string;
let exposed: string;
beforeAll(() => {
  stage = makeStage();
  submission = path.join(stage.folder, 'submission');
  exposed = path.join(stage.folder, 'exposed.grade.yaml');
  closed = path.join(stage.folder, 'closed');
  for (const folder of [submission, closed, path.join(closed, 'env/bin'), path.join(closed, 'python/bin')])
    mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(submission, 'server.py'), SERVER);
  writeFileSync(exposed, SPEC);
  // As in a virtual environment whose interpreter was built in the home folder of the administrator.
  symlinkSync('/usr/bin/python3', path.join(closed, 'python/bin/python3'));
  symlinkSync(path.join(closed, 'python/bin/python3'), path.join(closed, 'env/bin/python3'));
  chmodSync(closed, 0o700);
});
afterAll(() => stage.remove());

async function graded(grader: Grader, options: readonly string[], spec = exposed) {
  const file = path.join(stage.own(grader, 'out'), 'report.json');
  const run = ['run', submission, '--spec', spec, '--quiet', '--report', `json=${file}`, ...options];
  const result = await stage.run(grader, run);
  const verdict = () => JSON.parse(readFileSync(file, 'utf8')).scenarios[0];
  return { ...result, verdict };
}

const rootCannot = canIsolate({ grader: 'root', level: 'full' });
if (rootCannot !== undefined) process.stderr.write(`Not tried with exposed folders: ${rootCannot}.\n`);

(rootCannot === undefined ? test : test.skip)(
  'a command below a folder that only root may enter is named with options that work',
  async () => {
    const start = ['--run', `${closed}/env/bin/python3 server.py {port}`];
    const { verdict } = await graded('root', start);
    expect(verdict()).toMatchObject({ status: 'inconclusive' });
    const [said] = verdict().findings;
    const options = [...said.summary.matchAll(/--expose (\S*[^.\s])/g)].flatMap(([, name]) => [
      '--expose',
      name,
    ]);
    expect(options.length).toBe(4);
    const { code, verdict: again } = await graded('root', [...start, ...options]);
    expect([code, again().status]).toEqual([0, 'pass']);
  },
);

test('for an exposed folder that may not be entered the error names the command that opens it, with status 2', async () => {
  const { code, stderr } = await graded('user', ['--expose', path.join(closed, 'env')]);
  expect(code).toBe(2);
  expect(stderr.replace(/\s+/g, ' ')).toContain(`chmod o+x ${closed}`);
});

test('without isolation programs keep the home folder of whoever grades', async () => {
  const spec = path.join(stage.folder, 'home.grade.yaml');
  writeFileSync(spec, SPEC.replace('starts_with: hi', 'equals: hi/tmp'));
  const { verdict } = await graded('plain', ['--isolation', 'none'], spec);
  expect(verdict()).toMatchObject({ status: 'pass' });
});
