import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './cli.ts';

/** What containerd gives a container that asks for no capabilities. */
const USUAL =
  'chown dac_override fsetid fowner mknod net_raw setgid setuid setfcap setpcap net_bind_service sys_chroot kill audit_write'.split(
    ' ',
  );
/** Where the pod is made from. */
const SYSTEM = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';
/** All users that a pod has: root, and those that programs run as. */
const USERS = 65_536;

/**
 * Process 1 of its name space makes the pod's files, whose root has what this machine has but for the places and for /tmp,
 * and becomes the command.
 */
const INSIDE = `set -e
stage=$1; places=$2; bounds=$3; path=$4; shift 4
mount --make-rprivate /
root=$stage/root; mkdir -p "$root"; mount -t tmpfs none "$root"
for each in /*; do
  name=\${each#/}
  case " $places tmp proc " in *" $name "*) continue ;; esac
  if [ -L "$each" ]; then ln -s "$(readlink "$each")" "$root/$name"
  elif [ -d "$each" ]; then mkdir "$root/$name"; mount --rbind "$each" "$root/$name"; fi
done
mkdir "$root/tmp" "$root/proc" "$root/.old"
mount -t tmpfs -o mode=1777 none "$root/tmp"; mount -t proc proc "$root/proc"
for name in $places; do mkdir "$root/$name"; mount --bind "$stage/$name" "$root/$name"; done
cd "$root"; pivot_root . .old; cd /; umount -l /.old; rmdir /.old
ifconfig lo up
words=$1; shift
exec setpriv --bounding-set="$bounds" $words -- env PATH="$path" "$@"`;

interface PodOptions {
  /** A folder of its own; `places` are folders in it, seen at the root. */
  readonly stage: string;
  readonly places: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Capabilities beside the usual ones, as Kubernetes names them. */
  readonly capabilities: readonly string[];
  /** Whom the command runs as. @default root */
  readonly user?: number;
}

/** What a command in a pod has said so far, and how it ended. */
export interface Pod {
  readonly child: ChildProcess;
  readonly said: { stdout: string; stderr: string };
  readonly ended: Promise<number | null>;
  /** Children of process 1 that have ended, and that it has not waited for. */
  zombies(): readonly string[];
  /** Sends process 1 of the pod a signal. */
  kill(signal: NodeJS.Signals): void;
}

/**
 * Starts a command as the process 1 of a pod with a user namespace of its own (hostUsers: false), a network that has
 * nothing but loopback, and its own view of processes (procMount: Unmasked). Needs root.
 */
export async function startPod(command: readonly string[], options: PodOptions): Promise<Pod> {
  const { stage, places, env, capabilities, user = 0 } = options;
  mkdirSync(join(stage, 'root'), { recursive: true });
  const bounds = [
    '-all',
    ...[...USUAL, ...capabilities.map((one) => one.toLowerCase())].map((one) => `+${one}`),
  ];
  const id = String(user);
  const asUser = user === 0 ? '' : `--reuid ${id} --regid ${id} --clear-groups --inh-caps=-all`;
  // Who is started before the users are mapped has lost its capabilities, so a shell is started anew behind the line.
  const waiting = ['sh', '-c', 'read -r go && exec "$@"', 'sh'];
  const spaces = ['--mount', '--net', '--pid', '--ipc', '--uts', '--fork', '--kill-child'];
  const path = env.PATH ?? SYSTEM;
  const inside = ['sh', '-c', INSIDE, 'sh', stage, places.join(' '), bounds.join(','), path, asUser];
  const child = spawn(
    'unshare',
    ['--user', '--kill-child', ...waiting, 'unshare', ...spaces, ...inside, ...command],
    { cwd: '/', env: { ...env, PATH: SYSTEM } },
  );
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (bytes: Buffer) => {
    said.stdout += bytes.toString();
  });
  child.stderr.on('data', (bytes: Buffer) => {
    said.stderr += bytes.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const space = (pid: number | string) => readlinkSync(`/proc/${pid}/ns/user`);
  await eventually(
    () => child.pid !== undefined && space(child.pid) !== space('self'),
    'a user namespace of its own',
  );
  const map = `0 0 ${USERS}\n`;
  writeFileSync(`/proc/${child.pid}/uid_map`, map);
  writeFileSync(`/proc/${child.pid}/gid_map`, map);
  child.stdin.end('go\n');
  // Two unshare(1) wait for it, one below the other.
  const first = () => childrenOf(childrenOf(child.pid ?? 0)[0] ?? 0)[0] ?? 0;
  return {
    child,
    said,
    ended,
    zombies: () =>
      childrenOf(first())
        .map((pid) => readFileSync(`/proc/${pid}/stat`, 'latin1'))
        .filter((stat) => /\) Z /.test(stat)),
    kill: (signal) => {
      const pid = first();
      // 0 would be this process group.
      if (pid > 0) process.kill(pid, signal);
    },
  };
}

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}
