import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { HELPER } from './helper-script.ts';
import type { Room } from './sandbox.ts';
import { isKnown, NUMBERS } from './system-calls.ts';
import { SYSTEM_ENVIRONMENT } from './system-environment.ts';

/** One process for all that a worker needs done in its namespaces and Node can't do. */
export interface Helper {
  /** Puts a new file system in memory on a new folder; `uid` owns it. */
  mount(folder: string, room: Room, uid: number | undefined): Promise<void>;
  /**
   * Shows all that is in another folder on one that was mounted before, and is empty; what is changed there stays its own.
   * `uid` owns it. Throws where the system has no such file system.
   */
  overlay(folder: string, lower: string, uid: number | undefined): Promise<void>;
  /** Takes that away with all that is in it. */
  unmount(folder: string): Promise<void>;
  /** As `heldMemory` of a program's sandbox; `limit` is what it may have, in bytes. 0 when it is gone. */
  heldMemory(keeper: number, limit: number, pids: readonly number[]): Promise<number>;
}

/** Starts it; it ends with the worker. */
export function startHelper(): Helper {
  const { mount, umount2, setns } = isKnown(process.arch) ? NUMBERS[process.arch] : NUMBERS.x64;
  const child = spawn('perl', ['-e', HELPER, '--', String(mount), String(umount2), String(setns)], {
    env: SYSTEM_ENVIRONMENT,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const waiting = new Map<number, (answer: string) => void>();
  let count = 0;
  const gone = () => {
    for (const answer of waiting.values()) answer('the helper of the sandbox has ended');
    waiting.clear();
  };
  child.once('error', gone);
  child.stdin.on('error', () => {});
  createInterface({ input: child.stdout })
    .on('line', (line) => {
      const id = Number.parseInt(line, 10);
      waiting.get(id)?.(line.slice(line.indexOf(' ') + 1));
      waiting.delete(id);
    })
    .once('close', gone);
  const ask = (verb: string, ...words: readonly (string | number)[]): Promise<string> =>
    new Promise((resolve) => {
      count += 1;
      if (child.exitCode !== null || child.stdin.destroyed)
        return resolve('the helper of the sandbox has ended');
      waiting.set(count, resolve);
      child.stdin.write(`${[count, verb, ...words].join(' ')}\n`);
    });
  const done = async (verb: string, ...words: readonly string[]) => {
    const answer = await ask(verb, ...words);
    if (answer !== '0') throw new Error(`${words[0]}: ${answer}`);
  };
  return {
    mount(folder, { bytes, files }, uid) {
      const owner = uid === undefined ? '' : `,uid=${uid},gid=${uid}`;
      return done('mount', folder, `size=${bytes},nr_inodes=${files},mode=0700${owner}`);
    },
    overlay: (folder, lower, uid) =>
      // Without being root outside its notes must be attributes that any user can set.
      done('overlay', folder, lower, String(uid ?? -1), uid === undefined ? 'userxattr' : 'redirect_dir=on'),
    unmount: (folder) => done('unmount', folder),
    heldMemory: async (keeper, limit, pids) => Number(await ask('held', keeper, limit, ...pids)) || 0,
  };
}
