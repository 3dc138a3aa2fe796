import { existsSync } from 'node:fs';
import type { Rlimit } from './limits.ts';
import { EVENTS, refusedCalls } from './seccomp.ts';
import { isKnown, NUMBERS } from './system-calls.ts';

/** PR_SET_DUMPABLE of prctl(2). */
const SET_DUMPABLE = 4;
/** LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET of landlock(7), and the numbers of its calls, the same everywhere. */
const SCOPE_ABSTRACT_UNIX_SOCKET = 1;
const LANDLOCK_CREATE_RULESET = 444;
const LANDLOCK_RESTRICT_SELF = 446;

/** Numbers of the limits, from asm-generic/resource.h. */
const RESOURCES: Readonly<Record<Rlimit['resource'], number>> = {
  cpu: 0,
  fsize: 1,
  data: 2,
  core: 4,
  nproc: 6,
  nofile: 7,
};

/** So many refused calls of one start are reported; a program may make any number of them. */
const MOST_REPORTED = 100;
/** SECCOMP_IOCTL_NOTIF_RECV and SECCOMP_IOCTL_NOTIF_SEND of linux/seccomp.h, see seccomp_unotify(2). */
const NOTIF_RECV = 0xc0502100;
const NOTIF_SEND = 0xc0182101;
/** SECCOMP_USER_NOTIF_FLAG_CONTINUE: the call is made as if it had not been reported. */
const NOTIF_CONTINUE = 1;
const ENOSYS = 38;

/**
 * The first process of a sandbox, in Perl, which every Debian has: it starts the program with its limits, tells on
 * descriptor 4 when that runs and how it ended, to the signal, and adopts what the program leaves behind until nothing
 * is left. A limit that is lower already stays: to raise it may be forbidden. The program's standard streams come as 5,
 * 6 and 7, so that nobody but the program holds them. Descriptor 8 is the folder with the kernel's settings, as it is
 * seen outside: those of its own namespaces are set there, before anything else. Descriptors from 9 on are the lists of control
 * groups that the program enters. Of the filters on descriptor 3 it
 * installs the one that tells it of refused calls, or the silent one where the kernel can't do that; it never goes on
 * without. It says which call was refused to which process, and lets it fail. As process 1 of its namespace it can't be
 * killed from within; not dumpable, it can't be traced either.
 */
const TEXT = `
sub shut { open(my $each, '<&=', $_[0]) and close($each) }
sub limit {
  my ($resource, @wanted) = @_;
  my $is = pack('Q2', 0, 0);
  syscall(PRLIMIT, 0, $resource, 0, $is) == 0 or return 0;
  my (undef, $most) = unpack('Q2', $is);
  my $new = pack('Q2', map { $_ < $most ? $_ : $most } @wanted);
  return syscall(PRLIMIT, 0, $resource, $new, 0) == 0;
}
my @limits = split(/,/, shift @ARGV);
my $skipped = shift @ARGV;
for (split(/;/, shift @ARGV)) {
  my ($name, $value) = split(/=/);
  open(my $setting, '>', "/proc/self/fd/8/$name") or next;
  syswrite($setting, $value);
  close($setting);
}
shut(8);
my $scoped = shift @ARGV;
delete $ENV{LC_ALL} if shift @ARGV;
syscall(PRCTL, ${SET_DUMPABLE}, 0, 0, 0, 0);
open(my $say, '>&=', 4) or exit 120;
my %refused = map { my ($number, @rest) = split(/:/); ($number => \\@rest) } split(/,/, shift @ARGV);
my @groups = (9..8 + shift @ARGV);
open(my $filters, '<&=', 3) or exit 124;
binmode($filters);
my $both = do { local $/; readline($filters) };
close($filters);
my $half = length($both // '') / 2;
exit 124 if $half < 8;
sub install {
  my ($filter, $flags) = @_;
  return syscall(SECCOMP, 1, $flags, pack('S x6 P', length($filter) / 8, $filter));
}
my $listener = install(substr($both, 0, $half), 8);
exit 124 if $listener < 0 && install(substr($both, $half), 0) < 0;
my ($reported, $slots) = (0, 0);
sub refuse {
  my $call = "\\0" x 80;
  ioctl($_[0], ${NOTIF_RECV}, $call) or return;
  my ($id, $thread, undef, $number, undef, undef, $events) = unpack('Q L L l L Q2', $call);
  $events &= 0xffffffff;
  if ($number == IO_SETUP && $events <= ${EVENTS.context} && $slots + $events <= ${EVENTS.start}) {
    $slots += $events;
    ioctl($_[0], ${NOTIF_SEND}, pack('Q q l L', $id, 0, 0, ${NOTIF_CONTINUE}));
    return;
  }
  my ($errno, $name) = @{$refused{$number} // [${ENOSYS}, $number]};
  if ($reported++ < ${MOST_REPORTED}) {
    my ($group, $process) = ($thread, '');
    if (open(my $status, '<', "/proc/$thread/status")) {
      while (my $line = readline($status)) {
        $group = $1 if $line =~ /^Tgid:\\s*([0-9]+)/;
        $process = $1 if $line =~ /^Name:\\s*(.*)/;
      }
    }
    syswrite($say, "refused $errno $name $group $process\\n");
  }
  ioctl($_[0], ${NOTIF_SEND}, pack('Q q l L', $id, 0, -$errno, 0));
}
pipe(my $read, my $write) or exit 121;
for (1..$skipped) {
  my $number = fork() // last;
  exit 0 if !$number;
  waitpid($number, 0);
}
my $pid = fork() // exit 122;
if (!$pid) {
  for (@groups) {
    # A variable is known from the next statement, or in the block, on.
    if (open(my $group, '>&=', $_)) { syswrite($group, '0') }
  }
  for (@limits) {
    next if limit(map { $_ + 0 } split(/:/));
    print STDERR "limit $_: $!\\n";
    syswrite($write, 'limit');
    exit 127;
  }
  open(STDIN, '<&', 5); open(STDOUT, '>&', 6); open(STDERR, '>&', 7);
  opendir(my $dir, '/proc/self/fd');
  my @open = grep { /^[0-9]+$/ && $_ > 2 && $_ != fileno($write) && $_ != fileno($dir) } readdir($dir);
  shut($_) for @open;
  syscall(SETSID);
  if ($scoped) {
    my $rules = pack('Q3', 0, 0, ${SCOPE_ABSTRACT_UNIX_SOCKET});
    my $domain = syscall(${LANDLOCK_CREATE_RULESET}, $rules, length($rules), 0);
    syscall(${LANDLOCK_RESTRICT_SELF}, $domain, 0), shut($domain) if $domain > 2;
  }
  syscall(PRCTL, ${SET_DUMPABLE}, 1, 0, 0, 0);
  exec { $ARGV[0] } @ARGV;
  syswrite($write, $! + 0);
  exit 127;
}
shut($_) for 5..7, @groups;
close($write);
my $failed = sysread($read, my $error, 16);
exit 123 if $failed && $error eq 'limit';
syswrite($say, $failed ? "error $error\\n" : "pid $pid\\n");
# SIGCHLD comes only while ppoll(2) waits: none is missed.
$SIG{CHLD} = sub {};
my ($children, $none) = (pack('Q', 1 << 16), pack('Q', 0));
syscall(SIGPROCMASK, 0, $children, 0, 8);
open(my $calls, '+<&=', $listener) if $listener >= 0;
for (;;) {
  while ((my $gone = waitpid(-1, 1)) != 0) {
    exit 0 if $gone < 0;
    syswrite($say, "exit $?\\n") if $gone == $pid;
  }
  my $ready = pack('i s s', $listener, 1, 0);
  refuse($calls) if syscall(PPOLL, $ready, $calls ? 1 : 0, 0, $none, 8) > 0;
}
`;

interface FirstProcessOptions {
  /** So many process numbers are skipped. @default 0 */
  readonly skipped?: number;
  /** Settings of the kernel, from /proc/sys on. @default as they are */
  readonly settings?: Readonly<Record<string, string>>;
  /** It reaches abstract Unix sockets of its own start only, from Linux 6.12 on. @default false */
  readonly scoped?: boolean;
  /** LC_ALL is for this process alone, which starts faster with it. @default false */
  readonly ownLocale?: boolean;
  /** So many control groups are entered, by the descriptors from 9 on. @default 0 */
  readonly groups?: number;
}

/** Perl itself, where every Debian has it: the program's own search path may be long, and lead to another one first. */
const PERL = existsSync('/usr/bin/perl') ? '/usr/bin/perl' : 'perl';

/**
 * The command that is process 1 of a sandbox, the program's own words follow; undefined on an unknown processor. So many
 * process numbers are skipped before the program gets one: who finds that of an earlier start in a file of its own must
 * not take itself for it.
 */
export function firstProcess(
  limits: readonly Rlimit[],
  { skipped = 0, settings = {}, scoped = false, ownLocale = false, groups = 0 }: FirstProcessOptions = {},
  architecture: string = process.arch,
): string[] | undefined {
  if (!isKnown(architecture)) return undefined;
  const { prctl, setsid, prlimit64, seccomp, rt_sigprocmask, ppoll, io_setup } = NUMBERS[architecture];
  const text = TEXT.replaceAll('PRCTL', String(prctl))
    .replaceAll('SETSID', String(setsid))
    .replaceAll('PRLIMIT', String(prlimit64))
    .replaceAll('SECCOMP', String(seccomp))
    .replaceAll('SIGPROCMASK', String(rt_sigprocmask))
    .replaceAll('PPOLL', String(ppoll))
    .replaceAll('IO_SETUP', String(io_setup));
  const assignments = Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join(';');
  const refused = refusedCalls(architecture).map(({ number, errno, name }) => `${number}:${errno}:${name}`);
  const args = limits.map(({ resource, soft, hard }) => `${RESOURCES[resource]}:${soft}:${hard}`);
  return [
    ...[PERL, '-e', text, '--', args.join(','), String(skipped), assignments],
    ...[scoped ? '1' : '', ownLocale ? '1' : '', refused.join(','), String(groups)],
  ];
}
