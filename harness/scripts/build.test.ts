import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ROOT } from '../testing/cli.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'build-'));
  for (const part of [
    'harness',
    'specs',
    'fixtures/echo/js-solution',
    'fixtures/echo/js-no-error-handler',
    'package.json',
    'package-lock.json',
  ])
    cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true });
  cpSync(path.join(ROOT, 'tsconfig.json'), path.join(folder, 'tsconfig.json'));
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string) => path.join(folder, name);
const buildIfChanged = () =>
  spawn(process.execPath, ['harness/scripts/build.mjs', '--if-changed'], { cwd: folder, stdio: 'pipe' });
const ended = (child: ReturnType<typeof spawn>) =>
  new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));

test('the first build is silent and keeps compiled code; the next does nothing, so npx does not rebuild', async () => {
  const first = buildIfChanged();
  let said = '';
  first.stderr?.on('data', (bytes) => {
    said += bytes;
  });
  expect([await ended(first), said]).toEqual([0, '']);
  for (const name of ['commands', 'worker'])
    expect(statSync(file(`dist/bundles/${name}.v8cache`)).size).toBeGreaterThan(100_000);
  const before = statSync(file('dist/bundles/commands.cjs')).ino;
  expect(await ended(buildIfChanged())).toBe(0);
  expect(statSync(file('dist/bundles/commands.cjs')).ino).toBe(before);
});

test('a command that runs while it is built anew finds all its files', async () => {
  writeFileSync(file('harness/cli/help/schema.ts'), `export const SCHEMA = 'something new\\n';\n`);
  writeFileSync(file('dist/left-over.js'), '');
  const done = ended(buildIfChanged());
  let code: number | null | undefined;
  void done.then((ended) => {
    code = ended;
  });
  const seen = new Set<string>();
  while (code === undefined) {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli/main.js', 'validate', 'echo'], {
      cwd: folder,
      encoding: 'utf8',
    });
    seen.add(`${status} ${stdout}${stderr}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect([...seen]).toEqual(['0 specs/echo.grade.yaml: 13 scenarios, 18 points\n']);
  expect(code).toBe(0);
  expect(readFileSync(file('dist/cli/main.js'), 'utf8')).toContain('something new');
  expect(() => statSync(file('dist/left-over.js'))).toThrow('ENOENT');
});

test('what does not compile leaves the last build as it is', async () => {
  writeFileSync(file('harness/base/wrong.ts'), `export const WRONG: number = 'no';\n`);
  const before = readFileSync(file('dist/.sources'), 'utf8');
  const build = buildIfChanged();
  let printed = '';
  build.stdout?.on('data', (bytes: Buffer) => {
    printed += bytes.toString('utf8');
  });
  expect(await ended(build)).toBe(2);
  expect(printed).toContain(`wrong.ts(1,14): error TS2322`);
  expect(readFileSync(file('dist/.sources'), 'utf8')).toBe(before);
  rmSync(file('harness/base/wrong.ts'));
});
