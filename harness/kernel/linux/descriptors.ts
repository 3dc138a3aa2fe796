import { linkOf, numbers, readText } from './proc.ts';
import { threadsOf } from './processes.ts';

interface Descriptors {
  readonly folder: string;
  readonly fds: readonly number[];
}

/** The descriptors of a process, as another thread has them when the first one has ended. */
function descriptorsOf(pid: number): Descriptors {
  const own = `/proc/${pid}`;
  const fds = numbers(`${own}/fd`);
  if (fds.length > 0) return { folder: own, fds };
  for (const tid of threadsOf(pid)) {
    // The kernel's own threads have none at all.
    if (tid === pid) continue;
    const folder = `${own}/task/${tid}`;
    const others = numbers(`${folder}/fd`);
    if (others.length > 0) return { folder, fds: others };
  }
  return { folder: own, fds };
}

/** Folder with the descriptors of a process, of another thread when the first one has ended. */
function folderOf(pid: number): string {
  return descriptorsOf(pid).folder;
}

/** What a descriptor points at, `socket:[123]` for instance, or null. */
export function targetOf(pid: number, fd: number): string | null {
  return linkOf(`/proc/${pid}/fd/${fd}`) ?? linkOf(`${folderOf(pid)}/fd/${fd}`);
}

/** Inode of a link such as `socket:[123]`, or null when it is no socket. */
export function socketInode(link: string | null): number | null {
  const digits = link?.startsWith('socket:[') ? link.slice('socket:['.length, -1) : '';
  return digits ? Number(digits) : null;
}

/** Sockets that a process holds, each with its descriptors. */
export function socketsOf(pid: number): Map<number, number[]> {
  const sockets = new Map<number, number[]>();
  const { folder, fds } = descriptorsOf(pid);
  for (const fd of fds) {
    const inode = socketInode(linkOf(`${folder}/fd/${fd}`));
    if (inode !== null) sockets.set(inode, [...(sockets.get(inode) ?? []), fd]);
  }
  return sockets;
}

/** Processes that were seen to hold sockets, the last ones at the end. */
const holding = new Set<number>();
const HOLDING_LIMIT = 32;

/** Processes that were asked for their sockets a short while ago and had some, the last ones first. */
export function lastHolders(): number[] {
  return [...holding].reverse();
}

function rememberHolder(pid: number): void {
  holding.delete(pid);
  holding.add(pid);
  const [oldest] = holding;
  if (oldest !== undefined && holding.size > HOLDING_LIMIT) holding.delete(oldest);
}

/** Sockets that any of the processes holds, each with the first of them that does. */
export function holdersOf(pids: readonly number[]): Map<number, number> {
  const holders = new Map<number, number>();
  for (const pid of pids) {
    const sockets = socketsOf(pid);
    if (sockets.size > 0) rememberHolder(pid);
    for (const inode of sockets.keys()) {
      if (!holders.has(inode)) holders.set(inode, pid);
    }
  }
  return holders;
}

/** Text of `fdinfo`, see proc_pid_fdinfo(5), or null. */
export function infoOf(pid: number, fd: number): string | null {
  return readText(`/proc/${pid}/fdinfo/${fd}`) ?? readText(`${folderOf(pid)}/fdinfo/${fd}`);
}

/** Is a descriptor in non-blocking mode? Undefined when that can't be read. */
export function isNonBlocking(pid: number, fd: number): boolean | undefined {
  const flags = /^flags:\s*([0-7]+)/m.exec(infoOf(pid, fd) ?? '')?.[1];
  return flags === undefined ? undefined : (parseInt(flags, 8) & 0o4000) !== 0;
}

/** Does the process hold a descriptor of io_uring(7)? */
export function usesIoUring(pid: number): boolean {
  const { folder, fds } = descriptorsOf(pid);
  return fds.some((fd) => linkOf(`${folder}/fd/${fd}`) === 'anon_inode:[io_uring]');
}
