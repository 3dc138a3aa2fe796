// What measurements of the queue share: a Redis of their own, and the processes below one.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const PASSWORD = 'measure';

/** A Redis on a Unix socket in a folder, with a password. */
export async function startRedis(folder) {
  const socket = path.join(folder, 'redis.sock');
  mkdirSync(path.join(folder, 'tmp'), { recursive: true });
  const cli = (...command) =>
    execFileSync('redis-cli', ['-s', socket, ...command], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, REDISCLI_AUTH: PASSWORD },
    }).trim();
  let child;
  const start = async () => {
    const args = [
      '--port',
      '0',
      '--unixsocket',
      socket,
      '--requirepass',
      PASSWORD,
      '--save',
      '',
      '--dir',
      folder,
    ];
    child = spawn('redis-server', args, { stdio: 'ignore' });
    while (!existsSync(socket)) await wait(10);
  };
  const stop = async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    rmSync(socket, { force: true });
  };
  await start();
  return {
    url: `unix://:${PASSWORD}@${socket}`,
    stop,
    /** `kept`: with what it holds. */
    async restart(kept) {
      if (kept) cli('save');
      else rmSync(path.join(folder, 'dump.rdb'), { force: true });
      await stop();
      await start();
    },
    keys: async () => cli('keys', '*').split('\n').filter(Boolean),
  };
}

/** All processes below one, as `pid start`. */
export function descendants(pid) {
  const below = [];
  const walk = (one) => {
    let tasks = [];
    try {
      tasks = readdirSync(`/proc/${one}/task`);
    } catch {}
    for (const task of tasks)
      for (const child of read(`/proc/${one}/task/${task}/children`).split(' ').filter(Boolean)) {
        below.push(`${child} ${startOf(child)}`);
        walk(child);
      }
  };
  walk(pid);
  return below;
}

/** Whether a process that `descendants` has named is still there, and no zombie. */
export function isAlive(name) {
  const [pid, start] = name.split(' ');
  const stat = read(`/proc/${pid}/stat`);
  return stat !== '' && startOf(pid) === start && !/\) [ZX] /.test(stat);
}

function startOf(pid) {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function read(file) {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
