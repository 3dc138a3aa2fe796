import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../testing/cli.ts';
import { rememberedIsolation } from './remembered-isolation.ts';

const FOLDER = '/run/socket-grader';
const asRoot = process.getuid?.() === 0 ? test : test.skip;
if (process.getuid?.() !== 0) process.stdout.write('skipped: only root remembers\n');

const notes = () => (readdirSync(FOLDER) as string[]).filter((name) => name.startsWith('full-'));

asRoot('what a probe has shown is remembered for the same surroundings only', async () => {
  const code = randomUUID();
  const before = rememberedIsolation(code);
  expect(before.holds).toBe(false);
  const others = new Set(notes());
  await before.remember();
  const made = notes().filter((name) => !others.has(name));
  try {
    expect(rememberedIsolation(code).holds).toBe(true);
    expect(rememberedIsolation(`${code} changed`).holds).toBe(false);
    expect(statSync(FOLDER).mode & 0o022).toBe(0);
    for (const name of made) expect(statSync(path.join(FOLDER, name)).uid).toBe(0);
    const look = (uid: number, ...before: string[]) => {
      const text = `const { rememberedIsolation } = await import('${ROOT}dist/worker/remembered-isolation.js');
console.log(rememberedIsolation('${code}').holds);`;
      const [file = '', ...args] = [...before, process.execPath, '--input-type=module', '-e', text];
      return spawnSync(file, args, { uid, gid: uid, encoding: 'utf8' }).stdout.trim();
    };
    expect(look(0)).toBe('true');
    expect(look(65534)).toBe('false');
    expect(look(0, 'unshare', '--net')).toBe('false');
    expect(look(0, 'setpriv', '--bounding-set', '-sys_admin', '--')).toBe('false');
  } finally {
    for (const name of made) rmSync(path.join(FOLDER, name), { force: true });
  }
});
