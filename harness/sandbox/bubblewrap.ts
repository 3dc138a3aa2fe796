/** Who a program is inside a sandbox, whoever it is outside. */
const INNER_USER = '1000';
/** Where its folder is. */
export const WORK = '/work';
const MIB = 1024 * 1024;
const SHARED_MEMORY = 64 * MIB;
const TEMPORARY = 256 * MIB;
/** Most that a program's files can come to outside its folder, in bytes; they are in memory. */
export const TEMPORARY_FILES = SHARED_MEMORY + TEMPORARY;

/** Files below /etc that compilers and interpreters read. */
const ETC = [
  'alternatives',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'nsswitch.conf',
  'localtime',
  'protocols',
  'services',
  'mime.types',
  'ssl/certs',
  'ssl/openssl.cnf',
  'crypto-policies',
];
/** Their own folders, named after them and their version. */
const ETC_PATTERNS =
  /^(java|python|perl|node|maven|php|ruby|lua|tcl|fpc|nim|ghc|erlang|mono|dotnet|guile|racket|sbcl|octave|julia|scala|kotlin|golang)/;

/** Whether a program sees a file below /etc as it is outside. */
export function seesInEtc(file: string): boolean {
  const [, name = '', rest = ''] = /^\/etc\/([^/]+)(\/.*)?$/.exec(file) ?? [];
  const known = ETC.some((each) => `${name}${rest}` === each || `${name}${rest}`.startsWith(`${each}/`));
  return known || ETC_PATTERNS.test(name);
}

/** Names below /etc that a program sees as they are outside; `present` are those that are there. */
export function seenBelowEtc(present: readonly string[]): string[] {
  return [...ETC, ...present.filter((each) => ETC_PATTERNS.test(each))];
}

export interface BubblewrapOptions {
  /** The folder outside that is / inside, with what `outer` has put there. */
  readonly root: string;
  /** The folder outside that is /work inside. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** More folders to be seen, which stand in `root` already. @default none */
  readonly visible?: readonly string[];
  /** The command that is process 1 inside. */
  readonly first: readonly string[];
}

/** Folders of the system that a program sees; its commands and their libraries must be in them. */
export const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/**
 * The command that runs another one in a sandbox of its own, but for the network, which it shares with whoever starts
 * it: own processes, users, names and files; see bwrap(1).
 */
export function bubblewrap(options: BubblewrapOptions): string[] {
  const { root, folder, env, visible = [] } = options;
  const args = ['bwrap', '--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts'];
  args.push('--unshare-cgroup-try', '--as-pid-1', '--die-with-parent', '--new-session', '--cap-drop', 'ALL');
  args.push('--uid', INNER_USER, '--gid', INNER_USER, '--hostname', 'grader', '--clearenv');
  for (const [name, value] of Object.entries(env)) args.push('--setenv', name, value);
  args.push('--ro-bind', root, '/');
  // The settings of its own namespaces are a program's to write otherwise.
  args.push('--proc', '/proc', '--ro-bind', '/proc/sys', '/proc/sys', '--dev', '/dev');
  args.push(
    '--size',
    String(SHARED_MEMORY),
    '--perms',
    '1777',
    '--tmpfs',
    '/dev/shm',
    '--remount-ro',
    '/dev',
  );
  args.push('--size', String(TEMPORARY), '--perms', '1777', '--tmpfs', '/tmp');
  // What stands in `root` below these has just been covered; from there it can be had whoever may enter the way to it.
  for (const place of visible)
    if (/^\/(tmp|dev)(\/|$)/.test(place)) args.push('--ro-bind', `${root}${place}`, place);
  args.push('--bind', folder, WORK, '--chdir', WORK, '--remount-ro', '/');
  return [...args, '--', ...options.first];
}
