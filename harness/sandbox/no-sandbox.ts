import { readdirSync, readFileSync } from 'node:fs';
import { defined } from '../base/defined.ts';
import { homeFolder } from '../base/home-folder.ts';
import { entering, FILES_IN_MEMORY } from './cgroups/entering.ts';
import { type ControlGroups, controllersOf } from './cgroups/group-folders.ts';
import { startGroup } from './cgroups/start-group.ts';
import { lostAt } from './guarantees.ts';
import { placeFile } from './place-file.ts';
import type { Program, Sandbox } from './sandbox.ts';
import type { Scratch } from './scratch.ts';
import { copyTree } from './tree/copy-tree.ts';
import { removeTree } from './tree/remove-tree.ts';
import { inSlices } from './tree/steps.ts';
import { treeSize } from './tree/tree-size.ts';

interface NoSandboxOptions {
  /** The grader's parent adopts what programs leave behind. @default false */
  readonly guarded?: boolean;
  /** The grader's control groups. @default none */
  readonly groups?: ControlGroups;
}

/**
 * No isolation: programs run as whoever grades. Control groups, where there are any, still count and end
 * what they start.
 */
export function noSandbox(
  scratch: Scratch,
  { guarded = false, groups = [] }: NoSandboxOptions = {},
): Sandbox {
  let count = 0;
  return {
    level: 'none',
    lost: lostAt('none', controllersOf(groups)),
    // Tool chains of version managers are found by it.
    home: homeFolder(),
    async lease() {
      count += 1;
      const folder = await scratch.folder(`run-${count}`);
      return {
        path: folder,
        fill: (source, options) => inSlices(copyTree(source, folder, options)),
        place: (name, bytes) => placeFile(folder, name, bytes),
        handOver: async () => {},
        takeBack: (most) => inSlices(treeSize(folder, most, { own: true })),
        // What can't be removed yet goes with the scratch folder.
        release: () => inSlices(removeTree(folder)).catch(() => {}),
      };
    },
    forProgram: (limits) =>
      groups.length === 0
        ? undefined
        : {
            hides: () => undefined,
            wrap({ argv, cwd, env }: Program) {
              const controlGroup = startGroup(groups, {
                limits,
                files: FILES_IN_MEMORY,
                free: limits.disk,
                ends: true,
              });
              return { argv: [...entering(controlGroup), ...argv], cwd, env, ...defined({ controlGroup }) };
            },
          },
    readable: async (files) => files,
    clear: () => (guarded ? endSiblings() : Promise.resolve(true)),
    enter: () => {},
    leave: async () => {},
  };
}

/** Longest time until what was left behind is gone, in milliseconds. */
const PATIENCE = 5_000;

/** Ends what the guardian has adopted. */
async function endSiblings(): Promise<boolean> {
  for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
    const left = childrenOf(process.ppid).filter((pid) => pid !== process.pid);
    if (left.length === 0) return true;
    for (const pid of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It is gone already.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return false;
}

/** Children of a process that are alive; by their parents, since not every kernel lists them. */
function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        const [state, above] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return above === String(parent) && state !== 'Z';
      } catch {
        return false;
      }
    });
}
