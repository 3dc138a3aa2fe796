import { readlinkSync } from 'node:fs';
import path from 'node:path';
import { outputOf } from '../tool.ts';

/**
 * Prints for each descriptor of a process whether calls on it end by themselves: SO_RCVTIMEO and SO_SNDTIMEO, see
 * socket(7), which no file of /proc shows. By way of copies, as in reuse-flags.ts.
 */
const TEXT = `
use Socket;
# Whoever acts as the programs' user may trace them only if he is that user.
$( = $) + 0; $< = $>;
my ($pid, @fds) = map { $_ + 0 } @ARGV;
my $process = syscall(434, $pid, 0);
exit 1 if $process < 0;
for my $fd (@fds) {
  my $copy = syscall(438, $process, $fd, 0);
  exit 1 if $copy < 0;
  my $limited = 0;
  if (open(my $socket, '+<&=', $copy)) {
    for my $option (SO_RCVTIMEO, SO_SNDTIMEO) {
      my $time = getsockopt($socket, SOL_SOCKET, $option);
      $limited = 1 if defined $time && $time =~ /[^\\0]/;
    }
  }
  print $limited ? 'limited ' : 'endless ';
}
`;

/** Runtimes that never set such a limit by themselves: theirs are those of poll(2), which can be seen. */
const USE_POLL = /^(?:python|node|java|ruby|perl|php)/;

/**
 * Whether a call on one of these descriptors of a process may end by itself. Where that can't be read, which takes the
 * right to trace the process, it may in every program but one of a runtime that has limits of its own.
 */
export async function mayTimeOut(pid: number, fds: readonly number[]): Promise<boolean> {
  const said = await outputOf('perl', ['-e', TEXT, '--', String(pid), ...fds.map(String)]);
  const limits = (said ?? '').trim().split(' ');
  if (limits.length === fds.length && limits[0] !== '') return limits.includes('limited');
  try {
    return !USE_POLL.test(path.basename(readlinkSync(`/proc/${pid}/exe`)));
  } catch {
    return true;
  }
}
