/** One finished system call on a socket, as strace(1) wrote it down. */
export interface SocketCall {
  readonly pid: number;
  /** Milliseconds since the epoch when it began and ended. */
  readonly from: number;
  readonly to: number;
  readonly name: string;
  /** All that stands between the parentheses. */
  readonly args: string;
  /** What the first descriptor is: `TCP:[127.0.0.1:80->127.0.0.1:5000]`, or with its inode `TCP:[1234]`. */
  readonly socket: string;
  /** Null when it did not return. */
  readonly result: number | null;
  readonly error: string | undefined;
  /** The socket that was returned. */
  readonly returned: string | undefined;
}

/** What strace wrote about one start of a program. */
export interface Traced {
  readonly calls: readonly SocketCall[];
  /** How each process ended: `exited with 1`, `killed by SIGKILL`. */
  readonly ends: ReadonlyMap<number, string>;
  /** Some process uses io_uring(7), which receives without a call that could be seen. */
  readonly hidden: boolean;
}

const LINE = /^(\d+) +(\d+\.\d+) (.*)$/;
const CALL = /^(\w+)\((.*)\)\s+= (-?\d+|\?)(.*?)(?: <(\d+\.\d+)>)?$/;
const SOCKET = /<((?:TCP|TCPv6|UDP|UDPv6):\[.*?\])>(?:[,)]|$)/;

/**
 * Reads what `strace -f -ttt -T -yy` wrote. A call that another thread's line cut in two is put together again; one that
 * never ended (the thread was killed in it) is left out.
 */
export function readStrace(text: string): Traced {
  const calls: SocketCall[] = [];
  const ends = new Map<number, string>();
  const open = new Map<number, { from: number; text: string }>();
  for (const line of text.split('\n')) {
    const [, pidText, at, rest = ''] = LINE.exec(line) ?? [];
    const pid = Number(pidText);
    if (!pidText || !at) continue;
    const end = /^\+\+\+ (exited with \d+|killed by \w+)/.exec(rest)?.[1];
    if (end) ends.set(pid, end);
    const begun = / <unfinished \.\.\.>$/.test(rest);
    if (begun) {
      open.set(pid, { from: Number(at), text: rest.replace(/ <unfinished \.\.\.>$/, '') });
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)?.[1];
    const before = resumed === undefined ? undefined : open.get(pid);
    if (resumed !== undefined) open.delete(pid);
    const call = callOf(pid, before?.from ?? Number(at), before ? before.text + resumed : rest);
    if (call) calls.push(call);
  }
  const hidden = /\bio_uring_setup\(.*= \d/.test(text);
  return { calls: calls.sort((a, b) => a.to - b.to), ends, hidden };
}

function callOf(pid: number, from: number, text: string): SocketCall | undefined {
  const [, name, args = '', result, tail = '', took] = CALL.exec(text) ?? [];
  const socket = SOCKET.exec(args.split(', ')[0] ?? '')?.[1];
  if (!name || !result || !socket) return undefined;
  return {
    pid,
    from: from * 1000,
    to: (from + Number(took ?? 0)) * 1000,
    name,
    args,
    socket,
    result: result === '?' ? null : Number(result),
    error: /^ (E[A-Z]+)/.exec(tail)?.[1],
    returned: /^<(.*)>/.exec(tail)?.[1],
  };
}
