import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { startOf } from '../../base/process-name.ts';
import { SYSTEM_ENVIRONMENT } from '../system-environment.ts';
import type { ControlGroups, GroupFolder } from './group-folders.ts';
import { type Controller, type Hierarchy, hierarchies } from './hierarchies.ts';

const OURS: readonly Controller[] = ['memory', 'pids'];

/** What this machine has of control groups for the grader. */
export interface OpenGroups {
  readonly groups: ControlGroups;
  /** Why one of the controllers is not used, in words; empty when both are. */
  readonly missing: readonly string[];
}

let opened: OpenGroups | undefined;

/**
 * Makes the groups of this command, once, in every hierarchy where that is possible; they are gone when it has ended,
 * also by SIGKILL. Where there are none, nothing happens.
 */
export function openGroups(): OpenGroups {
  opened ??= open();
  return opened;
}

function open(): OpenGroups {
  if (process.platform !== 'linux') return { groups: [], missing: ['control groups are for Linux'] };
  const name = `${ownPrefix()}${process.pid}-${startOf(process.pid)}-${randomBytes(3).toString('hex')}`;
  const found = hierarchies();
  const reasons: string[] = [];
  const groups = found.flatMap((hierarchy): GroupFolder[] => {
    try {
      return [hierarchy.version === 1 ? openFirst(hierarchy, name) : openSecond(hierarchy, name)];
    } catch (error) {
      reasons.push(`${hierarchy.own}: ${reasonOf(hierarchy, error as NodeJS.ErrnoException)}`);
      return [];
    }
  });
  if (groups.length > 0) keep(groups);
  const lacking = OURS.filter((name) => !groups.some(({ controllers }) => controllers.includes(name)));
  if (lacking.length === 0) return { groups, missing: [] };
  if (found.length === 0) reasons.push('no hierarchy of control groups is mounted');
  const here = groups.filter(({ controllers, version }) => version === 2 && controllers.length < OURS.length);
  reasons.push(...here.map(({ folder }) => `${path.dirname(folder)} does not hand its controllers down`));
  return { groups, missing: [`no control group for ${lacking.join(' and ')}`, ...reasons] };
}

function reasonOf({ readOnly }: Hierarchy, { code = '' }: NodeJS.ErrnoException): string {
  if (readOnly || code === 'EROFS') return 'mounted read-only';
  if (code === 'EACCES' || code === 'EPERM') return 'not yours to write; nothing was delegated';
  return code;
}

function openFirst({ own, controllers }: Hierarchy, name: string): GroupFolder {
  sweep(own);
  const folder = path.join(own, name);
  mkdirSync(folder, { mode: 0o755 });
  return { version: 1, folder, controllers };
}

/**
 * On version 2 a group has the controllers that the one above hands down, and only one without processes of its own may
 * do that. So the groups are made beside our own, below the nearest group that does so already, else below our own where
 * nothing but the grader is in it, which moves a level down for that.
 */
function openSecond({ own, mount }: Hierarchy, name: string): GroupFolder {
  const parent = ancestors(own, mount).find((folder) => handedDown(folder).length > 0 && isOurs(folder));
  if (parent !== undefined) return below(parent, name);
  const alone = read(path.join(own, 'cgroup.procs')).trim() === String(process.pid);
  if (alone && own !== mount && isOurs(own)) {
    const leaf = path.join(own, `${name}-main`);
    mkdirSync(leaf);
    writeFileSync(path.join(leaf, 'cgroup.procs'), String(process.pid));
    handDown(own);
  }
  return below(own, name);
}

function below(parent: string, name: string): GroupFolder {
  sweep(parent);
  const folder = path.join(parent, name);
  mkdirSync(folder, { mode: 0o755 });
  handDown(folder);
  return { version: 2, folder, controllers: handedDown(folder) };
}

/** Own group first, then those above, up to where the hierarchy is mounted. */
function ancestors(own: string, mount: string): string[] {
  const above = [own];
  for (let folder = own; folder !== mount && folder.startsWith(mount); ) {
    folder = path.dirname(folder);
    above.push(folder);
  }
  return above;
}

function handedDown(folder: string): Controller[] {
  const names = read(path.join(folder, 'cgroup.subtree_control')).trim().split(' ');
  return OURS.filter((name) => names.includes(name));
}

function handDown(folder: string): void {
  const has = read(path.join(folder, 'cgroup.controllers')).trim().split(' ');
  for (const name of OURS) {
    if (!has.includes(name)) continue;
    try {
      writeFileSync(path.join(folder, 'cgroup.subtree_control'), `+${name}`);
    } catch {
      // What is not handed down is not used.
    }
  }
}

/** Whether processes may be moved about below a group: its own list must be ours to write, too. */
function isOurs(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    accessSync(path.join(folder, 'cgroup.procs'), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Begins the names of all groups of graders that share our numbers of processes. */
function ownPrefix(): string {
  const [namespace = '0'] = /\d+/.exec(readlinkSync('/proc/self/ns/pid')) ?? [];
  return `socket-grader-${namespace}-`;
}

/** Removes groups of graders that are gone: who was killed together with its keeper left them. */
function sweep(parent: string): void {
  try {
    const prefix = ownPrefix();
    for (const name of readdirSync(parent).filter((each) => each.startsWith(prefix))) {
      const [pid = '', start] = name.slice(prefix.length).split('-');
      if (start !== undefined && startOf(Number(pid)) !== start) removeGroups(path.join(parent, name));
    }
  } catch {
    // What can't be read is not ours.
  }
}

/** Removes a group and those below it; false when something is still in one of them. */
export function removeGroups(folder: string): boolean {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory()) removeGroups(path.join(folder, entry.name));
    rmdirSync(folder);
    return true;
  } catch {
    return !existsSync(folder);
  }
}

/** Waits for the end of the grader, ends all that is in its groups, and removes them. */
const KEEPER = `
read -r word
for round in 1 2 3 4 5 6 7 8 9 10 20 30 40 50 60 70 80 90; do
  left=
  for top; do
    [ -d "$top" ] || continue
    if [ -e "$top/cgroup.kill" ]; then echo 1 > "$top/cgroup.kill"
    else for each in "$top"/*/; do [ -d "$each" ] && kill -KILL $(cat "$each/cgroup.procs"); done; fi
    rmdir "$top"/*/ ; rmdir "$top" || left=1
  done
  [ -n "$left" ] || exit
  sleep 0.0$round
done 2>/dev/null`;

function keep(groups: ControlGroups): void {
  const folders = groups.map(({ folder }) => folder);
  const child = spawn('/bin/sh', ['-c', KEEPER, 'sh', ...folders], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: SYSTEM_ENVIRONMENT,
    cwd: '/',
    // What ends the grader at a terminal must not end it, too.
    detached: true,
  });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  process.once('exit', () => {
    for (const folder of folders) removeGroups(folder);
  });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
