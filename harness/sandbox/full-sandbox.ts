import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { bubblewrap, WORK } from './bubblewrap.ts';
import { chownTree } from './chown-tree.ts';
import { firstProcess } from './first-process.ts';
import { rlimits } from './limits.ts';
import { etcOf, filterOf } from './outer.ts';
import { type Lease, LOST, type Program, type Sandbox } from './sandbox.ts';
import type { Room } from './scratch.ts';
import { SYSTEM_ENVIRONMENT } from './system-environment.ts';
import { hiddenReason } from './visible.ts';

const run = promisify(execFile);

/** So many starts one after another have different process numbers. */
const NUMBERS = 4;

export interface FullOptions {
  /** The folder on which the outer namespace has a file system of its own. */
  readonly base: string;
  /** The user outside that programs run as, when it is root that grades. */
  readonly uid: number | undefined;
  /** More folders that programs see, read-only. */
  readonly visible: readonly string[];
}

/** IsolationOptions of bubblewrap around each program, inside the namespaces of a worker. */
export function fullSandbox({ base, uid, visible }: FullOptions): Sandbox {
  const etcNames = readdirSync('/etc');
  const free = new Map<string, string[]>();
  let count = 0;
  const starts = new Map<string, number>();

  const mount = async ({ bytes, files }: Room): Promise<string> => {
    count += 1;
    const folder = path.join(base, `run-${count}`);
    await mkdir(folder);
    const owner = uid === undefined ? '' : `,uid=${uid},gid=${uid}`;
    const options = `size=${bytes},nr_inodes=${files},mode=0700,nosuid,nodev${owner}`;
    await run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { env: SYSTEM_ENVIRONMENT });
    return folder;
  };
  const keep = (room: Room, folder: string) => {
    free.set(sizeOf(room), [...(free.get(sizeOf(room)) ?? []), folder]);
  };
  return {
    level: 'full',
    lost: LOST.full,
    async lease(room): Promise<Lease> {
      const folder = free.get(sizeOf(room))?.pop() ?? (await mount(room));
      return {
        path: folder,
        handOver: async () => {
          if (uid !== undefined) await chownTree(folder, uid);
        },
        async release() {
          for (const name of await readdir(folder))
            await rm(path.join(folder, name), { recursive: true, force: true });
          keep(room, folder);
        },
      };
    },
    async ready(rooms) {
      await Promise.all(rooms.map(async (room) => keep(room, await mount(room))));
    },
    forProgram: (limits) => ({
      ownDisk: true,
      filtersCalls: true,
      hides: (file, cwd) => hiddenReason(file, cwd, visible),
      wrap({ argv, cwd, env }: Program) {
        const start = starts.get(cwd) ?? 0;
        starts.set(cwd, start + 1);
        const home = env.HOME === cwd ? WORK : '/tmp';
        const filter = 3;
        const sandbox = bubblewrap({
          folder: cwd,
          env: { ...env, HOME: home, TMPDIR: home },
          etc: etcOf(base),
          etcNames,
          visible,
          filter,
          first: firstProcess(rlimits(limits, os.totalmem()), start % NUMBERS) ?? [],
        });
        const inner = argv.map((word) => (word.startsWith(`${cwd}/`) ? WORK + word.slice(cwd.length) : word));
        return {
          argv: [...sandbox, ...inner],
          env: SYSTEM_ENVIRONMENT,
          cwd: base,
          sandbox: { filter: filterOf(base), ...(uid === undefined ? {} : { user: uid }) },
        };
      },
    }),
    keepsSecret: async () => true,
    enter: () => {},
    leave: async () => {},
  };
}

function sizeOf({ bytes, files }: Room): string {
  return `${bytes} ${files}`;
}
