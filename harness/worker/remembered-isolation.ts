import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { replaceFile } from '../base/replace-file.ts';
import { version } from '../base/version.ts';
import { SYSTEM_ENVIRONMENT } from '../sandbox/system-environment.ts';

/** Only root may write there, and it is gone with the next start of the machine. */
const FOLDER = '/run/socket-grader';
/** So many different surroundings are remembered. */
const MOST = 16;

const TOOLS = ['bwrap', 'perl', 'setpriv', 'unshare', 'sh'];
const NAMESPACES = ['user', 'mnt', 'net', 'pid', 'ipc', 'uts', 'cgroup', 'time'];
/** All that a probe's outcome can depend on and that the kernel tells. */
const DECISIVE = [
  '/proc/sys/kernel/random/boot_id',
  '/proc/version',
  '/proc/self/mountinfo',
  '/proc/self/limits',
  '/proc/self/attr/current',
  '/proc/self/uid_map',
  '/proc/sys/kernel/unprivileged_userns_clone',
  '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
  '/proc/sys/user/max_user_namespaces',
  '/proc/sys/user/max_net_namespaces',
  '/proc/sys/user/max_pid_namespaces',
  '/proc/sys/user/max_mnt_namespaces',
  '/proc/sys/net/ipv4/ip_unprivileged_port_start',
];

/** What a probe found full isolation to hold against, to be found again while nothing has changed. */
export interface RememberedIsolation {
  /** Whether a probe has shown, since the machine was started, that full isolation holds in these surroundings. */
  readonly holds: boolean;
  /** Notes that a probe has shown it. */
  remember(): Promise<void>;
}

const NOTHING: RememberedIsolation = { holds: false, remember: async () => {} };

/**
 * Looks up what probes have shown: of root only, since another user's programs could write wherever that user can. What
 * did not hold is not remembered. `code` is what the grader itself would do.
 */
export function rememberedIsolation(code: string): RememberedIsolation {
  if (process.getuid?.() !== 0) return NOTHING;
  const file = path.join(FOLDER, `full-${surroundings(code)}`);
  try {
    mkdirSync(FOLDER, { recursive: true, mode: 0o755 });
    const { uid, mode } = lstatSync(FOLDER);
    if (uid !== 0 || (mode & 0o022) !== 0 || !lstatSync(FOLDER).isDirectory()) return NOTHING;
    return { holds: isThere(file), remember: () => note(file) };
  } catch {
    return NOTHING;
  }
}

function isThere(file: string): boolean {
  const found = lstatSync(file, { throwIfNoEntry: false });
  return found?.isFile() === true && found.uid === 0;
}

/** That it can't be noted costs the next run a probe, and nothing else. */
async function note(file: string): Promise<void> {
  try {
    const others = readdirSync(FOLDER).filter((name) => name.startsWith('full-'));
    if (others.length >= MOST) for (const name of others) rmSync(path.join(FOLDER, name), { force: true });
    await replaceFile(file, '');
  } catch {
    // A read-only system, for instance.
  }
}

function surroundings(code: string): string {
  const hash = createHash('sha256').update(`${version()}\0${process.version}\0${os.arch()}\0${code}\0`);
  for (const file of DECISIVE) hash.update(`${file}\0${textOf(file)}\0`);
  // Capabilities, system calls that are refused, and privileges that can't be had any more.
  for (const line of textOf('/proc/self/status').split('\n'))
    if (/^(Cap|Seccomp|NoNewPrivs|Groups|Uid|Gid)/.test(line)) hash.update(`${line}\0`);
  for (const name of NAMESPACES) hash.update(`${name} ${linkOf(`/proc/self/ns/${name}`)}\0`);
  for (const name of TOOLS) hash.update(`${name} ${toolOf(name)}\0`);
  return hash.digest('hex').slice(0, 32);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}

/** Which file a command is, and when that was changed. */
function toolOf(name: string): string {
  for (const folder of (SYSTEM_ENVIRONMENT.PATH ?? '').split(':')) {
    const found = statSync(path.join(folder, name), { throwIfNoEntry: false });
    if (found !== undefined) return `${folder} ${found.dev} ${found.ino} ${found.size} ${found.ctimeMs}`;
  }
  return '';
}
