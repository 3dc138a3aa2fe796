import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ROOT } from '../testing/cli.ts';
import { makeScratch } from './scratch.ts';

const MAKES = `
const { makeScratch } = await import(${JSON.stringify(path.join(ROOT, 'dist/sandbox/scratch.js'))});
console.log((await makeScratch()).path);
setInterval(() => {}, 1000);`;
const SWEEPS = `
const { sweep } = await import(${JSON.stringify(path.join(ROOT, 'dist/sandbox/sweep.js'))});
await sweep();`;

/** Node with a folder of its own for temporary files. */
function node(text: string, place: string) {
  return spawn(process.execPath, ['--input-type=module', '-e', text], {
    env: { ...process.env, TMPDIR: place },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

test('the folder of a grader that was killed is gone with the next one, that of one that lives is not', async () => {
  const place = mkdtempSync(path.join(os.tmpdir(), 'sweep-'));
  const graders = [node(MAKES, place), node(MAKES, place)] as const;
  try {
    const [killed, alive] = await Promise.all(
      graders.map(async ({ stdout }) => String((await once(stdout, 'data'))[0]).trim()),
    );
    const own = await makeScratch(place);
    // One of another machine, one of another shape.
    const others = ['socket-grader-1-1-00000000-abcdef', 'socket-grader-worker-abcdef'];
    for (const name of others) mkdirSync(path.join(place, name));
    mkdirSync(path.join(killed ?? '', 'run-1/closed'), { recursive: true, mode: 0o000 });
    const program = spawn('sleep', ['1000'], {
      env: { LANG: 'C', TMPDIR: `${killed}/run-1` },
      stdio: 'ignore',
    });
    const ended = once(program, 'exit');
    graders[0].kill('SIGKILL');
    await once(graders[0], 'exit');
    const sweeper = node(SWEEPS, place);
    await once(sweeper, 'exit');
    expect(existsSync(killed ?? '')).toBe(false);
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(
      [alive ?? '', own.path, ...others.map((name) => path.join(place, name))].filter(existsSync),
    ).toHaveLength(4);
    await own.remove();
  } finally {
    for (const grader of graders) grader.kill('SIGKILL');
    rmSync(place, { recursive: true, force: true });
  }
});
