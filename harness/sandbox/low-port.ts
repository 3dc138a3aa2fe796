import { execFile } from 'node:child_process';
import { SYSTEM_ENVIRONMENT } from './system-environment.ts';
import { dropTo } from './uid.ts';

/** Numbers that the same calls have on every processor, see pidfd_open(2) and pidfd_getfd(2). */
const PIDFD_OPEN = 434;
const PIDFD_GETFD = 438;
/** Those that differ, and what seccomp calls the processor (AUDIT_ARCH of linux/audit.h). */
const PROCESSORS: Readonly<Record<string, readonly number[]>> = {
  // prctl, seccomp, bind, capset, ppoll
  x64: [157, 317, 49, 126, 271, 0xc000003e],
  arm64: [167, 277, 200, 91, 73, 0xc00000b7],
};
/** SECCOMP_IOCTL_NOTIF_RECV and SECCOMP_IOCTL_NOTIF_SEND, see seccomp_unotify(2). */
const NOTIF_RECV = '0xc0502100';
const NOTIF_SEND = '0xc0182101';
/** Of prctl(2): PR_SET_PTRACER, PR_SET_NO_NEW_PRIVS and PR_SET_KEEPCAPS. */
const SET_PTRACER = '0x59616d61';
const NO_NEW_PRIVS = 38;
const KEEP_CAPS = 8;
/** Of capset(2): _LINUX_CAPABILITY_VERSION_3, and the number of CAP_NET_BIND_SERVICE. */
const CAPABILITY_VERSION = '0x20080522';
const NET_BIND_SERVICE = 10;

/**
 * Becomes the command that follows, whose calls of bind(2) a process beside it is asked about: it binds a socket that is to
 * have the one given port, below 1024, with the right that only root has here; all other calls the kernel does as ever. The
 * program itself gets no right: with one it could not be observed any more by the grader, which acts as its user. The
 * process beside it is no child of the program, runs as the same user, and ends with the last process that asks it.
 */
const SCRIPT = `
use POSIX ();
use Errno ();
my ($uid, $port, $prctl, $seccomp, $bind, $capset, $ppoll, $arch) = splice(@ARGV, 0, 8);
my ($open, $getfd) = (${PIDFD_OPEN}, ${PIDFD_GETFD});
pipe(my $from, my $to) or exit 125;
pipe(my $wait, my $go) or exit 125;
my $program = $$;
my $middle = fork() // exit 125;
if (!$middle) {
  my $second = fork() // exit 125;
  exit 0 if $second;
  close($to); close($wait);
  supervise();
  exit 0;
}
waitpid($middle, 0);
close($from); close($go);
# Only this process and root may look into it.
sysread($wait, my $pid, 16) or run();
syscall($prctl, ${SET_PTRACER}, $pid + 0, 0, 0, 0);
syscall($prctl, ${NO_NEW_PRIVS}, 1, 0, 0, 0);
my $filter = pack('(S C C L)6',
  0x20, 0, 0, 4,
  0x15, 0, 3, $arch,
  0x20, 0, 0, 0,
  0x15, 0, 1, $bind,
  0x06, 0, 0, 0x7fc00000,
  0x06, 0, 0, 0x7fff0000);
my $listener = syscall($seccomp, 1, 8, pack('S x6 P', 6, $filter));
run() if $listener < 0;
syswrite($to, "$listener\\n");
sysread($wait, my $ready, 16);
open(my $close, '<&=', $listener) and close($close);
run();
sub run { exec { $ARGV[0] } @ARGV or exit 126 }
sub supervise {
  chdir('/');
  setpgrp(0, 0);
  syswrite($go, "$$\\n");
  sysread($from, my $number, 16) or return;
  my $process = syscall($open, $program, 0);
  my $listener = syscall($getfd, $process, $number + 0, 0);
  return if $process < 0 || $listener < 0;
  POSIX::close($process);
  # As the user of the programs, whose descriptors and memory it may look at, with the one right that they lack.
  syscall($prctl, ${KEEP_CAPS}, 1, 0, 0, 0);
  $( = $uid; $) = "$uid $uid"; $< = $uid; $> = $uid;
  return if $< != $uid || $> != $uid;
  my ($header, $rights) = (pack("L2", ${CAPABILITY_VERSION}, 0), pack("L6", 1 << ${NET_BIND_SERVICE}, 1 << ${NET_BIND_SERVICE}, 0, 0, 0, 0));
  syscall($capset, $header, $rights) == 0 or return;
  syswrite($go, "ready\\n");
  close($go);
  open(my $calls, '+<&=', $listener) or return;
  for (;;) {
    my $ready = pack('i s s', $listener, 1, 0);
    syscall($ppoll, $ready, 1, 0, 0, 8);
    # POLLHUP: nobody is left whose calls could come.
    return if (unpack('i s s', $ready))[2] & 16;
    my $call = "\\0" x 80;
    ioctl($calls, ${NOTIF_RECV}, $call) or next;
    my ($id, $thread, undef, undef, undef, undef, $fd, $address, $length) = unpack('Q L L l L Q Q Q Q', $call);
    my $result = answer($thread, $fd, $address, $length);
    my $reply = defined $result ? pack('Q q l L', $id, 0, -$result, 0) : pack('Q q l L', $id, 0, 0, 1);
    ioctl($calls, ${NOTIF_SEND}, $reply);
  }
}
# Binds the socket of a program to the port; undefined for any other call, which the kernel does as ever.
sub answer {
  my ($thread, $fd, $address, $length) = @_;
  return undef if $length < 8 || $length > 128;
  open(my $memory, '<', "/proc/$thread/mem") or return undef;
  binmode($memory);
  sysseek($memory, $address, 0) or return undef;
  (sysread($memory, my $name, $length) // 0) == $length or return undef;
  my ($family, $wanted) = unpack('S n', $name);
  return undef if ($family != 2 && $family != 10) || $wanted != $port;
  my $group = $thread;
  if (open(my $status, '<', "/proc/$thread/status")) { while (<$status>) { $group = $1 if /^Tgid:\\s*(\\d+)/ } }
  my $process = syscall($open, $group + 0, 0);
  return undef if $process < 0;
  my $socket = syscall($getfd, $process, $fd, 0);
  POSIX::close($process);
  return undef if $socket < 0;
  $! = 0;
  my $error = syscall($bind, $socket, $name, $length) == 0 ? 0 : $! + 0;
  POSIX::close($socket);
  return $error;
}
`;

/** The command that lets another one, which follows, have a port below 1024; started by root. */
export function grantingPort(uid: number, port: number): readonly string[] | undefined {
  const numbers = PROCESSORS[process.arch];
  if (numbers === undefined) return undefined;
  return ['perl', '-e', SCRIPT, '--', ...[uid, port, ...numbers].map(String)];
}

const BIND =
  'my $s; socket($s, 2, 1, 0) && setsockopt($s, 1, 2, 1) && bind($s, pack("S n C4 x8", 2, $ARGV[0], 127, 0, 0, 1)) or exit 1; print "bound"';

/** Whether a program of the user can have a port in this way here, found out by trying; it is to be called as root. */
export function canGrantPort(uid: number, port: number): Promise<boolean> {
  const granting = grantingPort(uid, port);
  if (granting === undefined) return Promise.resolve(false);
  const [command = '', ...args] = [...granting, ...dropTo(uid), 'perl', '-e', BIND, '--', String(port)];
  return new Promise((resolve) =>
    execFile(command, args, { env: SYSTEM_ENVIRONMENT, timeout: 10_000 }, (_, stdout) =>
      resolve(stdout === 'bound'),
    ),
  );
}
