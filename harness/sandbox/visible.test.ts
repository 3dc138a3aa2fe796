import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { hiddenReason } from './visible.ts';

let folder: string;
let submission: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'visible-test-'));
  submission = path.join(folder, 'submission');
  for (const name of ['submission/venv/bin', 'elsewhere'])
    mkdirSync(path.join(folder, name), { recursive: true });
  symlinkSync('/usr/bin/env', path.join(submission, 'venv/bin/python3'));
  symlinkSync('python3', path.join(submission, 'venv/bin/python'));
  writeFileSync(path.join(folder, 'elsewhere/tool'), '');
  symlinkSync('/usr/bin/env', path.join(folder, 'elsewhere/link'));
  for (const name of ['tool', 'link']) symlinkSync(`../elsewhere/${name}`, path.join(submission, name));
});
afterAll(() => rmSync(folder, { recursive: true }));

const reason = (name: string, visible: readonly string[] = []) =>
  hiddenReason(path.join(submission, name), submission, visible);

test('the interpreter of a virtual environment leads to the system by links, and is seen', () => {
  expect(reason('venv/bin/python3')).toBeUndefined();
  expect(reason('venv/bin/python')).toBeUndefined();
});

test('what a link leads over must be seen as well', () => {
  expect(reason('tool')).toContain('--expose');
  expect(reason('link')).toContain('--expose');
  expect(reason('tool', [path.join(folder, 'elsewhere')])).toBeUndefined();
  expect(reason('link', [path.join(folder, 'elsewhere')])).toBeUndefined();
});

test.each([
  ['.pyenv/shims/python3', '.pyenv/versions/3.9.2/bin/python3', '.pyenv/versions/3.11.7/bin/python3'],
  ['.asdf/shims/node', '.asdf/installs/nodejs/18.2.0/bin/node', '.asdf/installs/nodejs/20.1.0/bin/node'],
  ['.cargo/bin/cargo', '.rustup/toolchains/nightly/bin/cargo', '.rustup/toolchains/stable/bin/cargo'],
  ['.volta/bin/node', '.volta/tools/image/node/20.1.0/bin/node', '.volta/tools/image/node/20.1.0/bin/node'],
])('behind the command of a version manager stands a version of its own: %s', (shim, ...versions) => {
  const place = (name: string) => path.join(folder, 'home', name);
  for (const name of [shim, ...versions]) {
    mkdirSync(path.dirname(place(name)), { recursive: true });
    writeFileSync(place(name), '');
  }
  const installed = place(versions[1] ?? '');
  expect(hiddenReason(place(shim), submission, [])).toContain(
    `PATH=${path.dirname(installed)}:$PATH and --expose ${path.dirname(path.dirname(installed))}`,
  );
  expect(hiddenReason(installed, submission, [path.dirname(path.dirname(installed))])).toBeUndefined();
});

test('each folder that a virtual environment leads to is named, as the one above its bin', () => {
  for (const name of ['nvm/v20/bin', 'env/bin']) mkdirSync(path.join(folder, name), { recursive: true });
  writeFileSync(path.join(folder, 'nvm/v20/bin/python3.12'), '');
  symlinkSync(path.join(folder, 'nvm/v20/bin/python3.12'), path.join(folder, 'env/bin/python'));
  const wanted = ['env', 'nvm/v20'].map((name) => `--expose ${path.join(folder, name)}`).join(' ');
  expect(hiddenReason(path.join(folder, 'env/bin/python'), submission, [])).toContain(`give ${wanted}`);
});

test('a current version that is a link of a folder is seen when that is', () => {
  mkdirSync(path.join(folder, 'java/17/bin'), { recursive: true });
  writeFileSync(path.join(folder, 'java/17/bin/java'), '');
  symlinkSync('17', path.join(folder, 'java/current'));
  const command = path.join(folder, 'java/current/bin/java');
  expect(hiddenReason(command, submission, [])).toContain('--expose');
  expect(hiddenReason(command, submission, [path.join(folder, 'java/current')])).toBeUndefined();
});

test.each(['javac', 'awk', 'pager', 'editor', 'cc', 'c++', 'nc'])(
  'a command of /usr/bin that leads over /etc/alternatives is seen: %s',
  (name) => {
    const file = `/usr/bin/${name}`;
    if (!existsSync(file)) return void process.stderr.write(`not tried: there is no ${file}\n`);
    expect(hiddenReason(file, submission, [])).toBeUndefined();
  },
);
