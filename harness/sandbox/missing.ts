import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { FULL_ISOLATION } from '../base/docker-options.ts';
import { SYSTEM_ENVIRONMENT } from './system-environment.ts';

/** Something that stands in the way of isolation, and the command that fixes it. */
export interface Missing {
  readonly what: string;
  readonly command: string;
}

/** Commands that isolation is made of, with their Debian packages. */
const COMMANDS: Readonly<Record<string, string>> = {
  bwrap: 'bubblewrap',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  prlimit: 'util-linux',
  mount: 'mount',
  perl: 'perl-base',
};

/** Switches of the kernel that forbid user namespaces to ordinary users, with the value that forbids. */
const SWITCHES = [
  { file: 'kernel/apparmor_restrict_unprivileged_userns', bad: '1', good: '0' },
  { file: 'kernel/unprivileged_userns_clone', bad: '0', good: '1' },
  { file: 'user/max_user_namespaces', bad: '0', good: '15000' },
];

const DOCKER = `docker run ${FULL_ISOLATION} …`;

/** An operating system, as Node names it; WSL 2 has the folder /run/WSL. */
interface System {
  readonly platform: string;
  readonly type: string;
  readonly release: string;
  readonly hasWsl2: boolean;
}

/** What keeps a whole operating system from isolation; undefined where nothing does. */
export function missingOn({ platform, type, release, hasWsl2 }: System): Missing | undefined {
  if (platform !== 'linux')
    return {
      what: `${type} has no namespaces: isolation needs Linux`,
      command: 'docker run --privileged -v "$PWD:/work" -w /work node:20 …',
    };
  if (/microsoft/i.test(release) && !hasWsl2)
    return { what: 'WSL 1 has no namespaces', command: 'wsl --set-version DISTRIBUTION 2' };
  return undefined;
}

/** Says what keeps this machine from full isolation; `failure` is what the trial complained about. */
export function missingFor(failure: string): readonly Missing[] {
  const system = missingOn({
    platform: process.platform,
    type: os.type(),
    release: os.release(),
    hasWsl2: existsSync('/run/WSL'),
  });
  if (system !== undefined) return [system];
  const absent = Object.keys(COMMANDS).filter((command) => !isInstalled(command));
  if (absent.length > 0) {
    const packages = [...new Set(absent.map((command) => COMMANDS[command] ?? command))];
    const what = `not installed: ${absent.join(', ')}`;
    return [{ what, command: `sudo apt-get install ${packages.join(' ')}` }];
  }
  const root = process.getuid?.() === 0;
  const closed = SWITCHES.filter(({ file, bad }) => !root && switchOf(file) === bad);
  if (closed.length > 0) {
    return closed.map(({ file, good }) => {
      const name = file.replace('/', '.');
      return {
        what: `the kernel forbids ordinary users to make namespaces (${name})`,
        command: `sudo sysctl -w ${name}=${good}`,
      };
    });
  }
  if (existsSync('/autograder'))
    return [{ what: 'Gradescope forbids namespaces in its containers', command: '' }];
  if (inContainer())
    return [{ what: `this container may not make namespaces (${failure})`, command: DOCKER }];
  return [{ what: failure, command: root ? '' : 'sudo socket-grader doctor' }];
}

/** The kernel's switch that keeps even who owns a process from looking into it. */
const YAMA = 'kernel/yama/ptrace_scope';
/** From this value on nobody but root may, and from the next one on root may not. */
const YAMA_CLOSED = 2;

/**
 * Says what keeps the grader from seeing what isolated programs do; `files` are those of /proc/PID that it may not
 * read, `processes` where it sees none.
 */
export function missingToSee(files: readonly string[]): readonly Missing[] {
  if (files.length === 0) return [];
  const places = files.map((file) => (file === 'processes' ? '/proc/PID' : `/proc/PID/${file}`));
  const what = `the grader cannot see what isolated programs do: it may not read ${places.join(', ')}`;
  const root = process.getuid?.() === 0;
  if (Number(switchOf(YAMA) ?? 0) >= YAMA_CLOSED + (root ? 1 : 0))
    return [
      { what: `${what} (kernel.yama.ptrace_scope)`, command: 'sudo sysctl -w kernel.yama.ptrace_scope=1' },
    ];
  if (!root) return [{ what, command: '' }];
  const lacking = `${what}, without CAP_SYS_PTRACE`;
  // What starts it as a service may have taken the capability away.
  return [
    {
      what: lacking,
      command: inContainer() ? DOCKER : 'systemctl edit …, with CapabilityBoundingSet=CAP_SYS_PTRACE',
    },
  ];
}

function isInstalled(command: string): boolean {
  return (SYSTEM_ENVIRONMENT.PATH ?? '').split(':').some((folder) => existsSync(`${folder}/${command}`));
}

function switchOf(file: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${file}`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Whether this is a container of Docker, Podman or Kubernetes. */
function inContainer(): boolean {
  return ['/.dockerenv', '/run/.containerenv', '/var/run/secrets/kubernetes.io'].some(existsSync);
}
