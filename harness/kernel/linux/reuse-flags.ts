import { outputOf } from '../tool.ts';
import type { ReuseFlags } from '../types.ts';

/**
 * Prints whether SO_REUSEADDR and SO_REUSEPORT are set on a socket of another process, by way of a copy of its
 * descriptor; see pidfd_open(2) and pidfd_getfd(2), whose numbers are the same on all processors that Node runs on but
 * MIPS. Node has neither call, and Perl is on every Debian.
 */
const TEXT = `
use Socket;
my ($pid, $fd) = map { $_ + 0 } @ARGV;
my $process = syscall(434, $pid, 0);
exit 1 if $process < 0;
my $copy = syscall(438, $process, $fd, 0);
exit 1 if $copy < 0;
open(my $socket, '+<&=', $copy) or exit 1;
for my $option (SO_REUSEADDR, SO_REUSEPORT) {
  my $flag = getsockopt($socket, SOL_SOCKET, $option) // exit 1;
  print unpack('i', $flag) ? 'set ' : 'unset ';
}
`;

/** What is set on a socket of a process. Null where that can't be read: it takes the right to trace the process. */
export async function reuseFlags(pid: number, fd: number): Promise<ReuseFlags | null> {
  const said = await outputOf('perl', ['-e', TEXT, '--', String(pid), String(fd)]);
  const [address, port] = (said ?? '').trim().split(' ');
  return address && port ? { address: address === 'set', sharedPort: port === 'set' } : null;
}
