import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { keeperOf, outerPid, wordOf } from './jailed.ts';
import { type Exit, LaunchError, type Started, sendSignal, type Wrapped } from './spawn.ts';

/** A jail that could not be set up: no fault of the program that was to run in it. */
export class JailError extends Error {}

/** Most of a jail's own complaints that is kept, in characters. */
const COMPLAINTS = 2000;

/** Starts a jail, and waits until the program in it runs. */
export async function spawnJailed(
  { argv, cwd, env }: Wrapped,
  jail: NonNullable<Wrapped['jail']>,
): Promise<Started> {
  const [file = '', ...args] = argv;
  const filter = jail.filter === undefined ? undefined : openSync(jail.filter, 'r');
  const subprocess = (() => {
    try {
      return spawn(file, args, {
        cwd,
        env: { ...env },
        detached: true,
        // Node also leaves all other groups then.
        ...(jail.user === undefined ? {} : { uid: jail.user, gid: jail.user }),
        stdio: ['ignore', 'ignore', 'pipe', filter ?? 'ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      });
    } finally {
      if (filter !== undefined) closeSync(filter);
    }
  })();
  const { pid: outer } = subprocess;
  if (outer === undefined) {
    const [error] = (await once(subprocess, 'error')) as [Error];
    throw new JailError(`the jail could not be started: ${error.message}`);
  }
  const [talk, stdin, stdout, stderr] = subprocess.stdio.slice(4) as Duplex[];
  if (!talk || !stdin || !stdout || !stderr) throw new JailError('the jail has no pipes');
  let complaints = '';
  subprocess.stderr?.on('data', (bytes: Buffer) => {
    complaints = (complaints + bytes.toString('utf8')).slice(0, COMPLAINTS);
  });
  let standing = true;
  const fallen = new Promise<void>((resolve) => {
    subprocess.once('exit', () => {
      standing = false;
      resolve();
    });
  });
  let keeper: number | undefined;
  let tell: (exit: Exit) => void = () => {};
  const exited = new Promise<Exit>((resolve) => {
    tell = resolve;
  });
  const group = await new Promise<number | undefined>((resolve, reject) => {
    let unread = '';
    talk.on('data', (bytes: Buffer) => {
      unread += bytes.toString('latin1');
      const lines = unread.split('\n');
      unread = lines.pop() ?? '';
      for (const word of lines.map(wordOf)) {
        if (word?.type === 'exit') tell(word.exit);
        else if (word?.type === 'error')
          reject(new LaunchError(word.code, `the system refuses to start it: ${word.code}`));
        else if (word?.type === 'pid') {
          keeper = keeperOf(outer);
          resolve(keeper === undefined ? undefined : outerPid(keeper, word.inner));
        }
      }
    });
    talk.on('error', () => {});
    // All that it said has been read when its pipe is closed; that comes after its end.
    talk.once('close', () => {
      tell({ code: null, signal: 'SIGKILL' });
      reject(new JailError(`the jail could not be set up: ${complaints.trim() || 'it did not say why'}`));
    });
  });
  return {
    pid: group ?? outer,
    group,
    stdin,
    stdout,
    stderr,
    exited,
    keeper: () => (standing ? keeper : undefined),
    async collapse() {
      if (standing) sendSignal(keeper ?? outer, 'SIGKILL');
      await fallen;
    },
    kill: () => sendSignal(outer, 'SIGKILL'),
  };
}
