import { markerEntry } from './environment.ts';

/** Which calls are written down: those that set sockets up and take bytes off them. */
const CALLS =
  'socket,bind,listen,accept,accept4,setsockopt,recvfrom,recvmsg,recvmmsg,read,readv,splice,io_uring_setup';

/**
 * The command that runs another one under strace(1), which writes what it does to a file. strace itself steps aside (-DDD),
 * so that the program keeps our process number, our signals and its place in the tree; it carries another marker.
 */
export function traced(
  argv: readonly string[],
  { file, marker }: { readonly file: string; readonly marker: string },
): { argv: string[]; marker: string } {
  const options = ['-DDD', '-f', '-q', '--seccomp-bpf', '-ttt', '-T', '-yy', '-s', '0'];
  return {
    argv: [
      'strace',
      ...options,
      '-e',
      `trace=${CALLS}`,
      '-E',
      markerEntry(marker),
      '-o',
      file,
      '--',
      ...argv,
    ],
    marker: 'strace',
  };
}
