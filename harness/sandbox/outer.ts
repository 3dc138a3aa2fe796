import { seccompFilters } from './seccomp.ts';

/** Bytes and files of the file system that the worker keeps its own things in; programs have others. */
const SIZE = '16m';
const FILES = 4000;

/** The number of unshare(2) by architecture; elsewhere the large table has to do. */
const UNSHARE: Readonly<Record<string, number>> = { x64: 272, arm64: 97 };

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
 * of its own on `base`. Before that it moves on to a second network whose table of connections is small
 * (tcp_child_ehash_entries, see ip-sysctl in the kernel's documentation): each look at /proc/net/tcp walks through all
 * of the table, which is as large as the machine's memory allows otherwise.
 */
const SETUP = `
my ($base, $mount, $filter, $files, $unshare) = splice(@ARGV, 0, 5);
sub fail { print STDERR "$_[0]: $!\\n"; exit 125 }
if ($unshare && open(my $entries, '>', '/proc/sys/net/ipv4/tcp_child_ehash_entries')) {
  syscall($unshare, 0x40000000) if syswrite($entries, '1024');
}
socket(my $any, 2, 2, 0) or fail('a socket');
my $request = pack('a16 s x22', 'lo', 0x41);
ioctl($any, 0x8914, $request) or fail('the loopback interface');
if (open(my $first, '>', '/proc/sys/net/ipv4/ip_unprivileged_port_start')) { syswrite($first, '0'); close($first) }
system('mount', '-t', 'tmpfs', '-o', $mount, 'tmpfs', $base) == 0 or fail("the file system on $base");
mkdir("$base/etc") and chmod(0755, "$base/etc") or fail("$base/etc");
my %files = ('filter', pack('H*', $filter), map { my ($name, $text) = split(/=/, $_, 2); ("etc/$name", $text) } split(/\\|\\|/, $files));
for my $name (keys %files) {
  open(my $out, '>', "$base/$name") or fail("$base/$name");
  syswrite($out, $files{$name}); close($out); chmod(0644, "$base/$name");
}
exec { $ARGV[0] } @ARGV or fail($ARGV[0]);
`;

/** The folder below `base` with what a sandbox has in /etc. */
export function etcOf(base: string): string {
  return `${base}/etc`;
}

/** The file below `base` with the filters for system calls. */
export function filterOf(base: string): string {
  return `${base}/filter`;
}

/**
 * The command that starts another one in namespaces of its own (network, mounts, processes), with an empty file system
 * on the folder `base`; all of it ends with whoever started it. `root` says that it is started by root.
 */
export function outer({ base, root }: { readonly base: string; readonly root: boolean }): string[] {
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
    ...['perl', '-e', SETUP, '--', base, `size=${SIZE},nr_inodes=${FILES},mode=0711,nosuid,nodev`],
    seccompFilters()?.toString('hex') ?? '',
    files,
    String(UNSHARE[process.arch] ?? 0),
  ];
}
