import { outputOf } from '../tool.ts';

/**
 * Prints whether SO_REUSEADDR is set on a socket of another process, by way of a copy of its descriptor; see
 * pidfd_open(2) and pidfd_getfd(2), whose numbers are the same on all processors that Node runs on but MIPS. Node has
 * neither call, and Perl is on every Debian.
 */
const TEXT = `
use Socket;
my ($pid, $fd) = map { $_ + 0 } @ARGV;
my $process = syscall(434, $pid, 0);
exit 1 if $process < 0;
my $copy = syscall(438, $process, $fd, 0);
exit 1 if $copy < 0;
open(my $socket, '+<&=', $copy) or exit 1;
my $flag = getsockopt($socket, SOL_SOCKET, SO_REUSEADDR) // exit 1;
print unpack('i', $flag) ? 'set' : 'unset';
`;

/** Is SO_REUSEADDR set on a socket of a process? Null where that can't be read: it takes the right to trace the process. */
export async function reuseFlag(pid: number, fd: number): Promise<boolean | null> {
  const said = await outputOf('perl', ['-e', TEXT, '--', String(pid), String(fd)]);
  return said === 'set' ? true : said === 'unset' ? false : null;
}
