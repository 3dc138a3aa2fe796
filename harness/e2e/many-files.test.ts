import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { canIsolate } from '../testing/can-isolate.ts';
import { ROOT } from '../testing/cli.ts';
import { specOf } from '../testing/inline.ts';

const MANY = 300;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'many-files-'));
  chmodSync(folder, 0o777);
  const submission = path.join(folder, 'handed-in');
  mkdirSync(path.join(submission, 'data/deep'), { recursive: true });
  for (let n = 0; n < MANY; n += 1) writeFileSync(path.join(submission, `data/deep/${n}.txt`), `file ${n}\n`);
  writeFileSync(path.join(submission, 'server.py'), SERVER);
  const steps = [
    'start: server',
    'connect: a',
    'expect: { equals: { line: as handed in } }',
    'expect: { closed: true }',
    'close: a',
    'stop: server',
    'start: server',
    'connect: b',
    'expect: { equals: { line: changed } }',
  ];
  const listed = `    steps:\n${steps.map((step) => `      - ${step}\n`).join('')}`;
  writeFileSync(
    path.join(folder, 'many.grade.yaml'),
    specOf('server: { files: { data/deep/given.txt: given } }', { one: listed, two: listed, three: listed }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Says whether its files are as they were handed in, having changed all kinds of things about them. */
const SERVER = `import os, socket, sys
state = 'as handed in'
if (open('data/deep/7.txt').read() != 'file 7\\n' or len(os.listdir('data/deep')) != ${MANY} + 1
        or os.path.exists('data/new') or open('data/deep/given.txt').read() != 'given'
        or os.stat('data/deep/8.txt').st_mode & 0o100 or os.stat('data/deep/9.txt').st_uid != os.getuid()):
    state = 'changed'
else:
    with open('data/deep/7.txt', 'a') as f: f.write('more')
    with open('data/deep/given.txt', 'a') as f: f.write('more')
    os.chmod('data/deep/8.txt', 0o755)
    os.unlink('data/deep/10.txt')
    os.mkdir('data/new')
    os.rename('data/deep/11.txt', 'data/new/11.txt')
s = socket.create_server(('127.0.0.1', int(sys.argv[1])))
while True:
    c, _ = s.accept()
    c.sendall(state.encode() + b'\\n')
    c.close()
`;

test.each([
  ['root', 0],
  ['user', 65534],
] as const)('of many files each run has its own when %s grades', (who, uid) => {
  const why = canIsolate({ grader: who, level: 'full' });
  if (why !== undefined) return void process.stdout.write(`skipped when ${who} grades: ${why}\n`);
  const out = path.join(folder, `out-${who}`);
  mkdirSync(out, { mode: 0o777 });
  chmodSync(out, 0o777);
  const args = ['run', path.join(folder, 'handed-in'), '--spec', path.join(folder, 'many.grade.yaml')];
  const { status, stderr } = spawnSync(
    process.execPath,
    [`${ROOT}dist/cli/main.js`, ...args, '--isolation', 'require', '--out', out, '--quiet'],
    {
      cwd: folder,
      uid,
      gid: uid,
      encoding: 'utf8',
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: out },
    },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const report = JSON.parse(readFileSync(path.join(out, 'report.json'), 'utf8')) as {
    scenarios: { id: string; status: string; findings: unknown[] }[];
  };
  expect(report.scenarios.map(({ id, findings }) => ({ id, findings }))).toEqual(
    ['one', 'two', 'three'].map((id) => ({ id, findings: [] })),
  );
  const left = path.join(folder, 'handed-in/data/deep');
  expect(readdirSync(left)).toHaveLength(MANY);
  expect(readFileSync(path.join(left, '7.txt'), 'utf8')).toBe('file 7\n');
});
