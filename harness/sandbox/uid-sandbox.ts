import { mkdirSync } from 'node:fs';
import { chmod, chown, mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { chownTree } from './chown-tree.ts';
import { prlimitArguments, rlimits } from './limits.ts';
import { type Lease, LOST, type Program, type Sandbox } from './sandbox.ts';
import type { Scratch } from './scratch.ts';
import { SYSTEM_ENVIRONMENT } from './system-environment.ts';
import { dropTo, killAll, refuses } from './uid.ts';

/**
 * Programs run as a user of their own, where root grades and can't make namespaces. The grader acts as that user while
 * they run: without CAP_SYS_PTRACE, as in a plain container, /proc shows a process only to its own user.
 */
export function uidSandbox(scratch: Scratch, uid: number): Sandbox {
  const runs = path.join(scratch.path, 'runs');
  let count = 0;
  const actAs = (id: number) => {
    // The way back to root leads over the user first.
    if (id === 0) process.seteuid?.(0);
    process.setegid?.(id);
    if (id !== 0) process.seteuid?.(id);
  };
  const asRoot = <T>(start: () => T): T => {
    const before = process.geteuid?.() ?? 0;
    actAs(0);
    try {
      return start();
    } finally {
      actAs(before);
    }
  };
  return {
    level: 'uid',
    lost: LOST.uid,
    async lease(): Promise<Lease> {
      count += 1;
      const folder = path.join(runs, String(count));
      if (count === 1) {
        // Others may pass through, but not look.
        await chmod(scratch.path, 0o711);
        await mkdir(runs, { mode: 0o700 });
        await chown(runs, uid, uid);
      }
      mkdirSync(folder, { mode: 0o700 });
      return {
        path: folder,
        handOver: async () => {
          // What the user made is the user's already.
          if (process.geteuid?.() === 0) await chownTree(folder, uid);
        },
        // Root must not follow the paths of a folder that a program may still change: it goes in the end.
        release: async () => {},
      };
    },
    forProgram: (limits, jobs) => ({
      hides: () => undefined,
      wrap({ argv, cwd, env }: Program) {
        // The kernel counts the processes of the user, in all jobs together.
        const kept = rlimits({ ...limits, processes: limits.processes * jobs }, os.totalmem());
        const limited = prlimitArguments(kept);
        const fileSize = `--fsize=${limits.disk}`;
        const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
        return {
          argv: [...dropTo(uid), 'env', '-i', ...variables, 'prlimit', ...limited, fileSize, '--', ...argv],
          env: SYSTEM_ENVIRONMENT,
          cwd,
          around: asRoot,
        };
      },
    }),
    keepsSecret: (file) => refuses(uid, file),
    enter: () => actAs(uid),
    async leave() {
      actAs(0);
      await killAll(uid);
    },
  };
}
