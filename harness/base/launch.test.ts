import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ROOT } from '../testing/cli.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'launch-'));
  for (const part of ['dist/cli', 'dist/bundles', 'package.json', 'specs'])
    cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BUNDLES = ['commands', 'worker'];

function explained(): string {
  const main = path.join(folder, 'dist/cli/main.js');
  const { stdout, stderr } = spawnSync(process.execPath, [main, 'explain', 'specs/echo.grade.yaml'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return stdout + stderr;
}

test.each([...BUNDLES, 'launch'])('the bundle %s is ASCII, as which it is read', (name) => {
  const bytes = readFileSync(path.join(folder, `dist/bundles/${name}.cjs`));
  expect(bytes.findIndex((byte) => byte > 127)).toBe(-1);
});

test.each(BUNDLES)('the build has left what V8 made of the bundle %s, and V8 takes it', (name) => {
  const look = `const { launch } = require('./dist/bundles/launch.cjs');
launch('${name}', (script) => { console.log(script.cachedDataRejected); process.exit(); });`;
  const { stdout } = spawnSync(process.execPath, ['-e', look], { cwd: folder, encoding: 'utf8' });
  expect(stdout).toBe('false\n');
});

test.each([
  ['damaged', (file: string) => writeFileSync(file, 'something else')],
  ['gone', (file: string) => rmSync(file)],
])('when that is %s the command does the same', (_, spoil) => {
  const before = explained();
  expect(before).toContain('large-transfer');
  for (const name of BUNDLES) spoil(path.join(folder, `dist/bundles/${name}.v8cache`));
  expect(explained()).toBe(before);
});
