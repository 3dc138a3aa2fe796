import { spawn } from 'node:child_process';
import { readlinkSync, writeFileSync } from 'node:fs';
import { type ContainerLimits, makeCgroup } from './cgroup.ts';
import { eventually } from './cli.ts';

/** The outcome of a command. */
export interface ContainerResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** All users that a container has: root, and those that programs run as. */
const USERS = 65_536;
/** Loopback comes up, no further user namespace can be made, and then the command begins. */
const INSIDE = 'echo 0 > /proc/sys/user/max_user_namespaces && ifconfig lo up && exec "$@"';

interface ContainerOptions {
  readonly cwd: string;
  /** Whom the command runs as. @default root */
  readonly user?: number;
  /** Set by a control group; where none can be made, the reason is printed. @default none */
  readonly limits?: ContainerLimits;
  /** The folder that is the root of the command's files. @default that of this machine */
  readonly root?: string;
}

const reasons = new Set<string>();
/** Says once why a container has no limits. */
function report(reason: string): void {
  if (!reasons.has(reason))
    process.stderr.write(`containers without limits of processor and memory: ${reason}\n`);
  reasons.add(reason);
}

/** Devices and processes are seen in another root, too, and the command begins in a folder of it. */
const IN_ROOT =
  'root=$1; cwd=$2; shift 2; mount --rbind /proc "$root/proc" && mount --rbind /dev "$root/dev" && exec chroot "$root" sh -c \'cd "$0" && exec "$@"\' "$cwd" "$@"';

/**
 * Runs a command as in a plain container: as root of a user namespace without any right outside, in which no further one
 * can be made, with a network that has nothing but loopback; with `user` it then goes on as that one. Needs root, and
 * ifconfig(8).
 */
export async function inContainer(
  command: readonly string[],
  { cwd, user = 0, limits, root }: ContainerOptions,
): Promise<ContainerResult> {
  const id = String(user);
  const asUser =
    user === 0 ? [] : ['setpriv', '--reuid', id, '--regid', id, '--clear-groups', '--inh-caps=-all'];
  // Who is started before the users are mapped has lost its capabilities, so a shell is started anew behind the line.
  const shell = [
    'sh',
    '-c',
    'read -r go && exec "$@"',
    'sh',
    'unshare',
    '--mount',
    '--net',
    'sh',
    '-c',
    INSIDE,
    'sh',
  ];
  const within = root === undefined ? [] : ['sh', '-c', IN_ROOT, 'sh', root, cwd];
  const child = spawn('unshare', ['--user', '--kill-child', ...shell, ...within, ...asUser, ...command], {
    cwd: root === undefined ? cwd : '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin' },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes) => {
    stdout += bytes;
  });
  child.stderr.on('data', (bytes) => {
    stderr += bytes;
  });
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const space = (pid: number | string) => readlinkSync(`/proc/${pid}/ns/user`);
  // With --kill-child it is the child of unshare(1) that reads the line.
  await eventually(
    () => child.pid !== undefined && space(child.pid) !== space('self'),
    'a user namespace of its own',
  );
  const cgroup = limits === undefined ? undefined : makeCgroup(limits);
  if (typeof cgroup === 'string') report(cgroup);
  else if (child.pid !== undefined) cgroup?.add(child.pid);
  const map = `0 0 ${USERS}\n`;
  writeFileSync(`/proc/${child.pid}/uid_map`, map);
  writeFileSync(`/proc/${child.pid}/gid_map`, map);
  child.stdin.end('go\n');
  const code = await closed;
  if (typeof cgroup === 'object') await cgroup.remove();
  return { code, stdout, stderr };
}
