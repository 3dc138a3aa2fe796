import { isKnown, NUMBERS } from './system-calls.ts';

/** PR_SET_DUMPABLE of prctl(2). */
const SET_DUMPABLE = 4;

/**
 * The first process of a jail, in Perl, which every Debian has: it starts the program, tells on descriptor 4 when that
 * runs and how it ended, to the signal, and adopts what the program leaves behind until nothing is left. The program's
 * standard streams come as 5, 6 and 7, so that nobody but the program holds them. As process 1 of its namespace it
 * can't be killed from within; not dumpable, it can't be traced either.
 */
const TEXT = `
sub shut { open(my $each, '<&=', $_[0]) and close($each) }
syscall(PRCTL, ${SET_DUMPABLE}, 0, 0, 0, 0);
open(my $say, '>&=', 4) or exit 120;
pipe(my $read, my $write) or exit 121;
my $pid = fork() // exit 122;
if (!$pid) {
  open(STDIN, '<&', 5); open(STDOUT, '>&', 6); open(STDERR, '>&', 7);
  opendir(my $dir, '/proc/self/fd');
  my @open = grep { /^[0-9]+$/ && $_ > 2 && $_ != fileno($write) && $_ != fileno($dir) } readdir($dir);
  shut($_) for @open;
  syscall(SETSID);
  syscall(PRCTL, ${SET_DUMPABLE}, 1, 0, 0, 0);
  exec { $ARGV[0] } @ARGV;
  syswrite($write, $! + 0);
  exit 127;
}
shut($_) for 5..7;
close($write);
my $failed = sysread($read, my $error, 16);
syswrite($say, $failed ? "error $error\\n" : "pid $pid\\n");
while ((my $gone = waitpid(-1, 0)) > 0) { syswrite($say, "exit $?\\n") if $gone == $pid }
`;

/** The command that is process 1 of a jail, the program's own words follow; undefined on an unknown processor. */
export function firstProcess(architecture: string = process.arch): string[] | undefined {
  if (!isKnown(architecture)) return undefined;
  const { prctl, setsid } = NUMBERS[architecture];
  const text = TEXT.replaceAll('PRCTL', String(prctl)).replaceAll('SETSID', String(setsid));
  return ['perl', '-e', text, '--'];
}
