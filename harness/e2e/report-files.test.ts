import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCli } from '../testing/cli.ts';
import { specOf } from '../testing/inline.ts';

const SERVER = 'import socket, sys\ns = socket.create_server(("127.0.0.1", int(sys.argv[1])))\ns.accept()\n';
const STEPS = { one: '    steps:\n      - start: server\n      - check: { port: server, is: listening }\n' };
const CLASSROOM = {
  CLASSROOM: 'c',
  ASSIGNMENT: 'a',
  SUBMISSION_TAG: 't',
  COMMIT_URL: 'http://localhost/c',
  RELEASE_URL: 'http://localhost/r',
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'report-files-'));
  writeFileSync(path.join(folder, 'server.py'), SERVER);
  writeFileSync(path.join(folder, 'a.grade.yaml'), specOf('server: {}', STEPS));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const run = (...more: readonly string[]) =>
  runCli(['run', 'server.py', '--spec', 'a.grade.yaml', '--quiet', ...more], { cwd: folder, env: CLASSROOM });
const has = (name: string) => existsSync(path.join(folder, name));

test('a report that cannot be written is named, the others are there, and the run fails', async () => {
  symlinkSync('/dev/full', path.join(folder, 'full.html'));
  const { code, stderr } = await run(
    '--report=html=full.html',
    '--report=junit=j.xml',
    '--report=json=r.json',
  );
  expect({ code, stderr }).toEqual({
    code: 4,
    stderr: "socket-grader: report html: it can't be written: the disk is full\n",
  });
  expect(JSON.parse(readFileSync(path.join(folder, 'r.json'), 'utf8'))).toMatchObject({ status: 'pass' });
  expect(readFileSync(path.join(folder, 'j.xml'), 'utf8')).toContain('<testcase');
});

test('a report that cannot be made of this result neither stops those after it', async () => {
  const { code, stderr } = await run(
    '--run=nosuchprogram {port}',
    '--report=classroom50=c.json',
    '--report=tap=r.tap',
  );
  expect(code).toBe(4);
  expect(stderr).toMatch(/^socket-grader: report classroom50: no result: nothing could be judged/);
  expect(has('c.json')).toBe(false);
  expect(readFileSync(path.join(folder, 'r.tap'), 'utf8')).toContain('TAP version 14');
});

test('devices and links are written through and stay what they are', async () => {
  writeFileSync(path.join(folder, 'behind.json'), '');
  symlinkSync('behind.json', path.join(folder, 'link.json'));
  symlinkSync('/dev/null', path.join(folder, 'null.xml'));
  expect(await run('--report=json=link.json', '--report=junit=null.xml')).toMatchObject({
    code: 0,
    stderr: '',
  });
  for (const name of ['link.json', 'null.xml'])
    expect(lstatSync(path.join(folder, name)).isSymbolicLink()).toBe(true);
  expect(JSON.parse(readFileSync(path.join(folder, 'behind.json'), 'utf8'))).toMatchObject({
    status: 'pass',
  });
});
