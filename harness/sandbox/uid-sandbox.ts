import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defined } from '../base/defined.ts';
import { entering, FILES_IN_MEMORY } from './cgroups/entering.ts';
import { type ControlGroups, controllersOf } from './cgroups/group-folders.ts';
import { startGroup } from './cgroups/start-group.ts';
import { lostAt } from './guarantees.ts';
import { prlimitArguments, rlimits } from './limits.ts';
import { canGrantPort, grantingPort } from './low-port.ts';
import { withinOwnLimits } from './own-limits.ts';
import { placeFile } from './place-file.ts';
import type { Lease, Program, Sandbox } from './sandbox.ts';
import type { Scratch } from './scratch.ts';
import { SYSTEM_ENVIRONMENT } from './system-environment.ts';
import { chownTree } from './tree/chown-tree.ts';
import { copyTree } from './tree/copy-tree.ts';
import { atOnce } from './tree/steps.ts';
import { treeSize } from './tree/tree-size.ts';
import { besideUid, dropTo, killAll, readableBy } from './uid.ts';
import { closedTo } from './uid-visible.ts';

/**
 * Programs run as a user of their own, where root grades and can't make namespaces. The grader acts as that user while
 * they run: without CAP_SYS_PTRACE, as in a plain container, /proc shows a process only to its own user.
 */
export function uidSandbox(scratch: Scratch, uid: number, groups: ControlGroups = []): Sandbox {
  const runs = path.join(scratch.path, 'runs');
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
  let usedBeside = false;
  /** Ports below 1024 that were asked for, and whether programs can have them. */
  const granted = new Map<number, Promise<boolean>>();
  const leaseFor = async (owner: number): Promise<Lease> => {
    // Programs can't tell from its name which run it is, nor find the folders of others.
    const folder = path.join(runs, randomBytes(8).toString('hex'));
    asRoot(() => {
      chmodSync(scratch.path, 0o711);
      mkdirSync(runs, { mode: 0o711, recursive: true });
      mkdirSync(folder, { mode: 0o700 });
    });
    return {
      path: folder,
      // In one go: who the grader is changes for a moment when a program is started.
      fill: async (source, options) => asRoot(() => atOnce(copyTree(source, folder, options))),
      place: (name, bytes) => asRoot(() => placeFile(folder, name, bytes)),
      handOver: async () => asRoot(() => atOnce(chownTree(folder, owner))),
      async takeBack(most) {
        await asRoot(() => killAll(owner));
        return asRoot(() => {
          chownSync(folder, 0, 0);
          return atOnce(treeSize(folder, most));
        });
      },
      // Root keeps out of a folder that a program may still change: it goes in the end.
      release: async () => {},
    };
  };
  const programAs =
    (user: number): Sandbox['forProgram'] =>
    (limits, { jobs }) => ({
      hides: (file) => asRoot(() => closedTo(user, file)),
      async canGrantPort(port) {
        const can = await (granted.get(port) ?? asRoot(() => canGrantPort(user, port)));
        granted.set(port, Promise.resolve(can));
        return can;
      },
      wrap({ argv, cwd, env, lowPort }: Program) {
        const isGranted = lowPort !== undefined && granted.has(lowPort);
        // The kernel counts the processes of the user, in all jobs together.
        const kept = rlimits({ ...limits, processes: limits.processes * jobs }, os.totalmem());
        const limited = prlimitArguments(withinOwnLimits(kept));
        const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
        const controlGroup = startGroup(groups, {
          limits,
          files: FILES_IN_MEMORY,
          free: limits.disk,
          ends: true,
          around: asRoot,
        });
        return {
          ...defined({ controlGroup }),
          argv: [
            ...entering(controlGroup),
            ...((isGranted && grantingPort(user, lowPort)) || []),
            ...dropTo(user),
            'env',
            '-i',
            ...variables,
            'prlimit',
            ...limited,
            '--',
            ...argv,
          ],
          env: SYSTEM_ENVIRONMENT,
          cwd,
          around: asRoot,
        };
      },
    });
  return {
    level: 'uid',
    lost: lostAt('uid', controllersOf(groups)),
    lease: () => leaseFor(uid),
    forProgram: programAs(uid),
    apart: () => {
      const other = besideUid(uid);
      usedBeside = true;
      const program = programAs(other);
      return {
        lease: () => leaseFor(other),
        // Only root may end what another user runs: it ends by itself, in time.
        forProgram: (limits, among) => {
          const plain = program(limits, among);
          const seconds = String(Math.ceil(limits.time / 1000));
          const wrap = ({ argv, ...rest }: Program) =>
            plain?.wrap({ argv: ['timeout', '-s', 'KILL', seconds, ...argv], ...rest }) ?? { argv, ...rest };
          return plain && { ...plain, wrap };
        },
      };
    },
    readable: (files) => readableBy(uid, files),
    async clear() {
      await asRoot(() => killAll(uid));
      return true;
    },
    enter: () => actAs(uid),
    async leave() {
      actAs(0);
      await killAll(uid);
      if (usedBeside) await killAll(besideUid(uid));
    },
  };
}
