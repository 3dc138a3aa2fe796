import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { atAKeyboard, eventually, runCli } from '../testing/cli.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

test('run --watch grades what a change concerns, the failed scenarios first', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'watch-'));
  const file = (name: string) => path.join(folder, name);
  const spec = file('greeter.grade.yaml');
  try {
    await runCli(['init', '--scenario', 'listens,reuse-address,answers'], { cwd: folder });
    cpSync(file('wrong/no-reuse-address'), file('mine'), { recursive: true });
    const args = ['run', 'mine', '--spec', 'greeter.grade.yaml', '--watch', '--isolation', 'none'];
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: atAKeyboard(),
    });
    let output = '';
    child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()));
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const until = (text: string) => eventually(() => output.includes(text), `${text} in ${output}`);
    const next = () => (output = '');
    try {
      await until('2 of 3 passed; waiting for changes');
      expect(output).toContain('fail reuse-address: Started again');

      next();
      cpSync(file('solution'), file('mine'), { recursive: true });
      await until('3 of 3 passed; waiting for changes');
      // Not before the scenarios that had passed are graded again as well.
      expect(output.slice(0, output.indexOf('waiting for changes')).match(/^pass .*$/gm)).toHaveLength(3);
      expect(output).toContain('changed: mine/server.py');
      expect(output.indexOf('pass reuse-address')).toBeLessThan(output.indexOf('pass listens'));

      next();
      const text = readFileSync(spec, 'utf8');
      writeFileSync(spec, text.replace('include:', 'include:\n  - client-leaves'));
      await until('4 of 4 passed; waiting for changes');
      expect(output.match(/^(pass|fail) .*$/gm)).toEqual(['pass client-leaves']);

      next();
      writeFileSync(spec, text.replace('include:', 'include:\n  - client-leavs'));
      await until('did you mean "client-leaves"?');

      next();
      writeFileSync(spec, `# only a remark\n${text}`);
      await until('changed: greeter.grade.yaml');
    } finally {
      child.kill('SIGTERM');
    }
    expect(await ended).toBe(130);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
