import type { Call } from './call.ts';
import { infoOf, targetOf } from './descriptors.ts';
import { memoryOf, timeAt } from './memory.ts';

/** A descriptor in a wait, and for what. */
export interface RawWait {
  readonly fd: number;
  readonly read: boolean;
  readonly write: boolean;
  /** epoll(7) tells of it only once for bytes that come (EPOLLET). */
  readonly edge?: true;
}

/** What a system call waits for, before the descriptors are given names. */
export interface RawWaitSet {
  readonly fds: readonly RawWait[];
  readonly timeoutMs: number | null;
  /** The call names its one descriptor itself. */
  readonly direct: boolean;
  /** The set can change while the call sleeps. */
  readonly epoll: boolean;
}

const READING = /^(accept4?|recvfrom|recvmsg|recvmmsg|read|readv|pread64|splice)$/;
const WRITING = /^(sendto|sendmsg|sendmmsg|write|writev|sendfile|connect)$/;
const READABLE = 0x41; // POLLIN | POLLRDNORM, the same bits in epoll(7)
const WRITABLE = 0x104; // POLLOUT | POLLWRNORM
const EDGE_TRIGGERED = 0x8000_0000; // EPOLLET, the highest bit of epoll(7)
const FDS_LIMIT = 4096;
const UNREADABLE_TIME = 0;

type Args = readonly bigint[];
type Place = { readonly pid: number; readonly tid: number };

/** Descriptors that a sleeping call waits for, or null when it waits for none or they can't be read. */
export function waitSetOf(place: Place, call: Call): RawWaitSet | null {
  if (call.kind !== 'call') return null;
  const { name, args } = call;
  if (READING.test(name)) return direct(args, { read: true, write: false });
  if (WRITING.test(name)) return direct(args, { read: false, write: true });
  if (name === 'poll' || name === 'ppoll') return poll(place, args, name === 'ppoll');
  if (name === 'select' || name === 'pselect6') return select(place, args, name === 'pselect6');
  if (name.startsWith('epoll_')) return epoll(place, args, name === 'epoll_pwait2');
  if (name === 'restart_syscall') return restartedPoll(place, args);
  return null;
}

function int(value: bigint | undefined): number {
  return Number(BigInt.asIntN(32, value ?? 0n));
}

function milliseconds(value: bigint | undefined): number | null {
  const time = int(value);
  return time < 0 ? null : time;
}

/** The limit that a pointer leads to; a null pointer means none, and one that can't be read counts as timed. */
function pointed({ pid, tid }: Place, address: bigint | undefined, unitsPerMs: number): number | null {
  if (!address) return null;
  return timeAt(pid, tid, address, unitsPerMs) ?? UNREADABLE_TIME;
}

function direct(args: Args, how: { read: boolean; write: boolean }): RawWaitSet {
  return { fds: [{ fd: int(args[0]), ...how }], timeoutMs: null, direct: true, epoll: false };
}

function pollFds({ pid, tid }: Place, args: Args): RawWait[] | null {
  const count = int(args[1]);
  if (count < 0 || count > FDS_LIMIT) return null;
  const bytes = memoryOf(pid, tid, args[0] ?? 0n, count * 8);
  if (!bytes) return null;
  const fds: RawWait[] = [];
  for (let at = 0; at < bytes.length; at += 8) {
    const events = bytes.readUInt16LE(at + 4);
    const fd = bytes.readInt32LE(at);
    fds.push({ fd, read: (events & READABLE) !== 0, write: (events & WRITABLE) !== 0 });
  }
  return fds;
}

function poll(place: Place, args: Args, pointer: boolean): RawWaitSet | null {
  const fds = pollFds(place, args);
  const timeoutMs = pointer ? pointed(place, args[2], 1e6) : milliseconds(args[2]);
  return fds && { fds: fds.filter(({ fd }) => fd >= 0), timeoutMs, direct: false, epoll: false };
}

/** After SIGCONT a poll goes on as restart_syscall with its old arguments; so do sleeps, which have no valid set. */
function restartedPoll(place: Place, args: Args): RawWaitSet | null {
  const fds = pollFds(place, args);
  if (!fds || fds.length === 0) return null;
  const valid = fds.every(({ fd, read, write }) => (read || write) && targetOf(place.pid, fd) !== null);
  return valid ? poll(place, args, false) : null;
}

function select(place: Place, args: Args, nanoseconds: boolean): RawWaitSet | null {
  const count = Math.min(Math.max(int(args[0]), 0), FDS_LIMIT);
  const read = bits(place, args[1], count);
  const write = bits(place, args[2], count);
  if (!read || !write) return null;
  const fds: RawWait[] = [];
  for (let fd = 0; fd < count; fd++) {
    if (read.has(fd) || write.has(fd)) fds.push({ fd, read: read.has(fd), write: write.has(fd) });
  }
  const timeoutMs = pointed(place, args[4], nanoseconds ? 1e6 : 1e3);
  return { fds, timeoutMs, direct: false, epoll: false };
}

function bits({ pid, tid }: Place, address: bigint | undefined, count: number): Set<number> | null {
  const set = new Set<number>();
  if (!address) return set;
  const bytes = memoryOf(pid, tid, address, Math.ceil(count / 64) * 8);
  if (!bytes) return null;
  for (let fd = 0; fd < count; fd++) {
    if (((bytes[fd >> 3] ?? 0) >> (fd & 7)) & 1) set.add(fd);
  }
  return set;
}

function epoll(place: Place, args: Args, pointer: boolean): RawWaitSet | null {
  const fds = epollFds(place.pid, int(args[0]), 0);
  const timeoutMs = pointer ? pointed(place, args[3], 1e6) : milliseconds(args[3]);
  return fds && { fds, timeoutMs, direct: false, epoll: true };
}

function epollFds(pid: number, epollFd: number, depth: number): RawWait[] | null {
  const info = infoOf(pid, epollFd);
  if (info === null) return null;
  const fds: RawWait[] = [];
  for (const [, fd, mask] of info.matchAll(/^tfd:\s*(\d+)\s+events:\s*([0-9a-f]+)/gm)) {
    const events = parseInt(mask ?? '0', 16);
    const wait = {
      fd: Number(fd),
      read: (events & READABLE) !== 0,
      write: (events & WRITABLE) !== 0,
      ...(events >= EDGE_TRIGGERED ? { edge: true as const } : {}),
    };
    fds.push(wait);
    // An epoll descriptor may stand in another's set.
    if (wait.read && depth < 3 && targetOf(pid, wait.fd) === 'anon_inode:[eventpoll]') {
      fds.push(...(epollFds(pid, wait.fd, depth + 1) ?? []));
    }
  }
  return fds;
}
