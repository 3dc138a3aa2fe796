import { socketInode, targetOf } from './descriptors.ts';
import type { Tables } from './tables.ts';
import type { RawWait } from './wait-set.ts';

const ANONYMOUS: { readonly [link: string]: string } = {
  'anon_inode:[eventfd]': 'event',
  'anon_inode:[timerfd]': 'timer',
  'anon_inode:[signalfd]': 'signals',
  'anon_inode:[eventpoll]': 'epoll',
  'anon_inode:[io_uring]': 'io_uring',
};
const RECHECK_MS = 50;

/** Says in words what a descriptor is. */
export class Targets {
  readonly #tables: Tables;
  /** Sockets that are not in the TCP tables, with the time when that was seen; Unix and UDP sockets stay so. */
  readonly #others = new Map<number, { readonly word: string; readonly until: number }>();

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** Reads the socket tables when one of the sockets is not known yet. */
  async learn(inodes: readonly number[]): Promise<void> {
    const now = performance.now();
    const isNew = (inode: number) =>
      !this.#tables.lastSeen(inode) && (this.#others.get(inode)?.until ?? -Infinity) < now;
    if (!inodes.some(isNew)) return;
    const [, unix, udp] = await Promise.all([this.#tables.tcp(), this.#tables.unix(), this.#tables.udp()]);
    const datagrams = new Map(udp.map((row) => [row.inode, row.localPort]));
    if (this.#others.size > 1000) this.#others.clear();
    for (const inode of inodes) {
      if (this.#tables.lastSeen(inode)) continue;
      const port = datagrams.get(inode);
      if (port !== undefined) this.#others.set(inode, { word: `UDP socket :${port}`, until: Infinity });
      else if (unix.has(inode)) this.#others.set(inode, { word: 'Unix socket', until: Infinity });
      else this.#others.set(inode, { word: 'unconnected socket', until: now + RECHECK_MS });
    }
  }

  /** The descriptor of a process in words. */
  describe(pid: number, { fd, read, write, edge }: RawWait): string {
    const link = targetOf(pid, fd);
    if (link === null) return `descriptor ${fd}`;
    const socket = this.#socket(link);
    if (socket && socket !== 'Unix socket')
      return edge && isConnection(socket) ? `${socket} (edge-triggered)` : socket;
    if (read && (fd === 0 || (link !== '/dev/null' && link === targetOf(pid, 0)))) return 'standard input';
    if (write && fd === 1) return 'standard output';
    if (write && fd === 2) return 'standard error';
    return socket ?? describeFile(link);
  }

  #socket(link: string): string | null {
    const inode = socketInode(link);
    if (inode === null) return null;
    const row = this.#tables.lastSeen(inode);
    if (!row) return this.#others.get(inode)?.word ?? 'socket';
    if (row.state === 'LISTEN') return `listening :${row.localPort}`;
    const address = row.remoteAddress.includes(':') ? `[${row.remoteAddress}]` : row.remoteAddress;
    const outgoing = !this.#tables.listenedOn(row.localPort) && this.#tables.listenedOn(row.remotePort);
    return `connection ${outgoing ? 'to' : 'from'} ${address}:${row.remotePort}`;
  }
}

/** What is no socket, by the link in /proc. */
function describeFile(link: string): string {
  if (link.startsWith('pipe:')) return 'pipe';
  if (link.startsWith('/dev/pts/') || link.startsWith('/dev/tty')) return 'terminal';
  return ANONYMOUS[link] ?? (link.startsWith('/') ? `file ${link}` : link);
}

function isConnection(words: string): boolean {
  return words.startsWith('connection ');
}
