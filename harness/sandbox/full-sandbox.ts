import { existsSync, lchownSync, realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defined } from '../base/defined.ts';
import { bubblewrap, TEMPORARY_FILES, WORK } from './bubblewrap.ts';
import type { ControlGroups } from './cgroups/group-folders.ts';
import { startGroup } from './cgroups/start-group.ts';
import { firstProcess } from './first-process.ts';
import { lostAt } from './guarantees.ts';
import { startHelper } from './helper.ts';
import { ipcSettings } from './ipc-settings.ts';
import { rlimits } from './limits.ts';
import { filterOf, rootOf } from './outer.ts';
import { placeFile } from './place-file.ts';
import type { Lease, Program, Room, Sandbox } from './sandbox.ts';
import { SYSTEM_ENVIRONMENT } from './system-environment.ts';
import { chownTree } from './tree/chown-tree.ts';
import { copyTree } from './tree/copy-tree.ts';
import { inSlices } from './tree/steps.ts';
import { treeSize } from './tree/tree-size.ts';
import { readableBy } from './uid.ts';
import { hiddenReason } from './visible.ts';

/** More than this is shared by all runs; less is copied for each, so that it is just as it was handed in. */
const COPIED = { files: 100, bytes: 8 * 1024 * 1024 };
/** So many starts one after another have different process numbers. */
const NUMBERS = 4;

export interface FullOptions {
  /** The folder on which the outer namespace has a file system of its own. */
  readonly base: string;
  /** The user outside that programs run as, when it is root that grades. */
  readonly uid: number | undefined;
  /** More folders that programs see, read-only. */
  readonly visible: readonly string[];
  /** The grader's control groups. @default none */
  readonly groups?: ControlGroups;
}

/** A sandbox of bubblewrap around each program, inside the namespaces of a worker. */
export function fullSandbox({ base, uid, visible, groups = [] }: FullOptions): Sandbox {
  const helper = startHelper();
  /** Folders that were made in advance; each is used once. */
  const unused = new Map<string, string[]>();
  let count = 0;
  const starts = new Map<string, number>();

  /** Folders whose files all runs share, or not; they are not changed any more. */
  const shared = new Map<string, Promise<boolean>>();
  let canShare = true;

  const isShared = (source: string): Promise<boolean> => {
    const known =
      shared.get(source) ??
      inSlices(treeSize(source, COPIED, { own: true })).then(
        ({ files, bytes }) => files > COPIED.files || bytes > COPIED.bytes,
      );
    shared.set(source, known);
    return known;
  };
  /** Whether a folder now shows what is in another one of ours. */
  const share = async (source: string, folder: string): Promise<boolean> => {
    if (!canShare || !source.startsWith(`${base}/`) || !(await isShared(source))) return false;
    try {
      await helper.overlay(folder, source, uid);
      return true;
    } catch {
      canShare = false;
      return false;
    }
  };
  const mount = async (room: Room): Promise<string> => {
    count += 1;
    const folder = path.join(base, `run-${count}`);
    await helper.mount(folder, room, uid);
    return folder;
  };
  const keep = (room: Room, folder: string) => {
    unused.set(sizeOf(room), [...(unused.get(sizeOf(room)) ?? []), folder]);
  };
  return {
    level: 'full',
    lost: lostAt('full'),
    async lease(room): Promise<Lease> {
      const folder = unused.get(sizeOf(room))?.pop() ?? (await mount(room));
      let isOverlay = false;
      const placed: string[] = [];
      return {
        path: folder,
        async fill(source, options) {
          isOverlay = options?.own === true && (await share(source, folder));
          return isOverlay ? [] : inSlices(copyTree(source, folder, options));
        },
        place(name, bytes) {
          placed.push(name);
          placeFile(folder, name, bytes);
        },
        async handOver() {
          if (uid === undefined) return;
          // All that is shared belongs to the programs already.
          if (isOverlay) chownPlaced(folder, placed, uid);
          else await inSlices(chownTree(folder, uid));
        },
        // Other programs see nothing of it.
        takeBack: (most) => inSlices(treeSize(folder, most, { own: true })),
        release: () => helper.unmount(folder),
      };
    },
    async ready(rooms) {
      await Promise.all(rooms.map(async (room) => keep(room, await mount(room))));
    },
    forProgram: (limits, { alone }) => {
      const settings = ipcSettings(limits);
      return {
        ownDisk: true,
        filtersCalls: true,
        ownNetwork: true,
        hides: (file, cwd) => hiddenReason(file, cwd, visible),
        heldMemory: (keeper, pids) => helper.heldMemory(keeper, limits.memory, pids),
        wrap({ argv, cwd, env }: Program) {
          const start = starts.get(cwd) ?? 0;
          starts.set(cwd, start + 1);
          const home = env.HOME === cwd ? WORK : '/tmp';
          const ownLocale = env.LC_ALL === undefined;
          const controlGroup = startGroup(groups, { limits, files: TEMPORARY_FILES + limits.disk });
          const entered = controlGroup?.entries.length ?? 0;
          const first = { skipped: start % NUMBERS, settings, scoped: alone, ownLocale, groups: entered };
          const sandbox = bubblewrap({
            root: rootOf(base),
            folder: cwd,
            env: { ...env, HOME: home, TMPDIR: home, ...(ownLocale ? { LC_ALL: 'C' } : {}) },
            visible,
            // The folder is full before a file is too large, and a full folder can be seen.
            first: firstProcess(rlimits(limits, os.totalmem(), 2 * limits.disk), first) ?? [],
          });
          const inner = argv.map((word) =>
            word.startsWith(`${cwd}/`) ? WORK + word.slice(cwd.length) : word,
          );
          return {
            argv: [...sandbox, ...inner],
            env: SYSTEM_ENVIRONMENT,
            cwd: base,
            ...defined({ controlGroup }),
            sandbox: {
              filter: filterOf(base),
              settings: '/proc/sys',
              ...defined({ user: uid }),
            },
          };
        },
      };
    },
    async readable(files) {
      // What was written on another machine need not be on this one.
      const below = files.filter(
        (file) => existsSync(file) && hiddenReason(path.resolve(file), base, visible) === undefined,
      );
      if (uid === undefined || below.length === 0) return below;
      // As programs see them: the way to a folder that is exposed may be closed to them outside.
      const inside = (file: string) =>
        [path.resolve(file), realpathSync(file)].map((name) => rootOf(base) + name);
      const readable = new Set(await readableBy(uid, below.flatMap(inside)));
      return below.filter((file) => inside(file).some((name) => readable.has(name)));
    },
    // Each program had processes of its own, which have ended with it.
    clear: async () => true,
    enter: () => {},
    leave: async () => {},
  };
}

function sizeOf({ bytes, files }: Room): string {
  return `${bytes} ${files}`;
}

/** Gives files to a user, with the folders on the way to them. */
function chownPlaced(folder: string, names: readonly string[], uid: number): void {
  for (const name of names)
    for (let place = name; place !== '.' && place !== '/'; place = path.posix.dirname(place))
      lchownSync(path.join(folder, place), uid, uid);
}
