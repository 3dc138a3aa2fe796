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

test.each(['javac', 'awk', 'pager', 'editor', 'cc', 'c++', 'nc'])(
  'a command of /usr/bin that leads over /etc/alternatives is seen: %s',
  (name) => {
    const file = `/usr/bin/${name}`;
    if (!existsSync(file)) return void process.stderr.write(`not tried: there is no ${file}\n`);
    expect(hiddenReason(file, submission, [])).toBeUndefined();
  },
);
