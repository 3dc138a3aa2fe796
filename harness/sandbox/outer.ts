import { readdirSync } from 'node:fs';
import { SYSTEM, seenBelowEtc } from './bubblewrap.ts';
import { seccompFilters } from './seccomp.ts';
import { isKnown, NUMBERS } from './system-calls.ts';

/** Bytes and files of the file system that the worker keeps its own things in; programs have others. */
const SIZE = '16m';
const FILES = 4000;

/** Small files of /etc as a sandbox has them: one user, one host, nobody to ask for names. */
const ETC = {
  passwd:
    'root:x:0:0:root:/root:/usr/sbin/nologin\nstudent:x:1000:1000:student:/work:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
  group: 'root:x:0:\nstudent:x:1000:\nnogroup:x:65534:\n',
  hosts: '127.0.0.1 localhost grader\n::1 localhost ip6-localhost ip6-loopback\n',
  'resolv.conf': '',
};

/**
 * Prepares the namespaces that it is started in, then becomes the command that follows: brings the loopback interface
 * up (SIOCSIFFLAGS with IFF_UP and IFF_RUNNING, see netdevice(7)), opens the low ports to all, and makes a file system
 * of its own on `base`. In there it makes the folder that is / for all programs: a start of one then takes a single mount
 * in place of one for each folder of the system. Before that it moves on to a second network whose table of connections is small
 * (tcp_child_ehash_entries, see ip-sysctl in the kernel's documentation): each reading of /proc/net/tcp walks through all
 * of the table, which is as large as the machine's memory allows otherwise.
 */
const SETUP = `
sub names { map { pack('H*', $_) } split(/,/, $_[0]) }
my ($base, $options, $filter, $files, $mount, $unshare, $system, $etc, $points) = splice(@ARGV, 0, 9);
sub fail { print STDERR "$_[0]: $!\\n"; exit 125 }
if ($unshare && open(my $entries, '>', '/proc/sys/net/ipv4/tcp_child_ehash_entries')) {
  syscall($unshare, 0x40000000) if syswrite($entries, '1024');
}
socket(my $any, 2, 2, 0) or fail('a socket');
my $request = pack('a16 s x22', 'lo', 0x41);
ioctl($any, 0x8914, $request) or fail('the loopback interface');
if (open(my $first, '>', '/proc/sys/net/ipv4/ip_unprivileged_port_start')) { syswrite($first, '0'); close($first) }
my $tmpfs = 'tmpfs';
# MS_NOSUID | MS_NODEV
syscall($mount, $tmpfs, $base, $tmpfs, 6, $options) == 0 or fail("the file system on $base");
umask(022);
sub place {
  my ($name, $text) = @_;
  open(my $out, '>', $name) or fail($name);
  syswrite($out, $text);
}
# The folders on the way to a place, and it itself, if there is something of that name outside.
sub make {
  my ($from, $to) = @_;
  for (my $at = index($to, '/', length("$base/root/")); $at > 0; $at = index($to, '/', $at + 1)) {
    my $folder = substr($to, 0, $at);
    -d $folder or mkdir($folder) or fail($folder);
  }
  -e $to or (-d $from ? mkdir($to) : open(my $new, '>', $to)) or fail($to);
}
sub show {
  my ($from, $to) = @_;
  make($from, $to);
  # MS_BIND | MS_REC
  syscall($mount, $from, $to, $tmpfs, 0x5000, 0) == 0 or fail($from);
}
mkdir("$base/root");
for my $name ('dev', 'etc', 'proc', 'tmp', 'work') { mkdir("$base/root/$name") or fail($name) }
for my $folder (names($system)) {
  if (-l $folder) { symlink(readlink($folder), "$base/root$folder") or fail($folder) }
  elsif (-d $folder) { show($folder, "$base/root$folder") }
}
for my $file (map { "/etc/$_" } names($etc)) {
  if (!-f $file) { show($file, "$base/root$file") if -d _; next }
  # Each mount makes each start slower: what is small is copied.
  open(my $in, '<', $file) or next;
  sysread($in, my $text, -s $in);
  make($file, "$base/root$file");
  place("$base/root$file", $text);
}
for (split(/\\|\\|/, $files)) { my ($name, $text) = split(/=/, $_, 2); place("$base/root/etc/$name", $text) }
for my $point (names($points)) { show($point, "$base/root$point") if -e $point }
place("$base/filter", pack('H*', $filter));
exec { $ARGV[0] } @ARGV or fail($ARGV[0]);
`;

/** The folder below `base` that is / for programs, read-only. */
export function rootOf(base: string): string {
  return `${base}/root`;
}

/** The file below `base` with the filters for system calls. */
export function filterOf(base: string): string {
  return `${base}/filter`;
}

export interface OuterOptions {
  readonly base: string;
  /** It is started by root. */
  readonly root: boolean;
  /** Folders of which programs will be shown more than the system's. @default none */
  readonly visible?: readonly string[];
}

/**
 * The command that starts another one in namespaces of its own (network, mounts, processes), with an empty file system
 * on the folder `base`; all of it ends with whoever started it.
 */
export function outer({ base, root, visible = [] }: OuterOptions): string[] {
  const { mount, unshare } = isKnown(process.arch) ? NUMBERS[process.arch] : NUMBERS.x64;
  const files = Object.entries(ETC)
    .map(([name, text]) => `${name}=${text}`)
    .join('||');
  return [
    ...['setpriv', '--pdeathsig', 'SIGKILL', '--', 'unshare'],
    ...(root ? [] : ['--user', '--map-root-user']),
    ...[
      '--net',
      '--mount',
      '--propagation',
      'private',
      '--pid',
      '--fork',
      '--mount-proc',
      '--kill-child',
      '--',
    ],
    ...['perl', '-e', SETUP, '--', base, `size=${SIZE},nr_inodes=${FILES},mode=0711`],
    seccompFilters()?.toString('hex') ?? '',
    files,
    String(mount),
    String(isKnown(process.arch) ? unshare : 0),
    ...[SYSTEM, seenBelowEtc(readdirSync('/etc')), visible].map(packedNames),
  ];
}

/** Names of files, which may have any character, as one word. */
function packedNames(names: readonly string[]): string {
  return names.map((name) => Buffer.from(name).toString('hex')).join(',');
}
