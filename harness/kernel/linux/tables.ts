import type { TcpRow } from '../types.ts';
import { codeOf, isBigTable, readTable } from './proc.ts';
import { SharedRead } from './shared-read.ts';
import { SockDiag } from './sock-diag.ts';
import { openV6Sockets, timeWaitSockets } from './socket-counts.ts';
import { parseRows } from './tcp-rows.ts';

type Family = 4 | 6;

const PATHS: { readonly [family in Family]: string } = { 4: '/proc/net/tcp', 6: '/proc/net/tcp6' };

/** When the table of IPv6 is not read because the kernel's counts of sockets say that it is empty. */
export type TrustInCounts = 'never' | 'if_big' | 'always';

/** The socket tables of this network namespace; a missing IPv6 counts as an empty table. */
export class Tables {
  readonly #trust: TrustInCounts;
  readonly #reads = { 4: this.#shared(4), 6: this.#shared(6) };
  readonly #listening = { 4: this.#sharedListening(4), 6: this.#sharedListening(6) };
  readonly #rows: Record<Family, Map<number, TcpRow>> = { 4: new Map(), 6: new Map() };
  readonly #familyOfPort = new Map<number, Family>();
  /** Null where it can't be had. */
  #diag: SockDiag | null | undefined;
  readonly #agreed = new Set<Family>();

  /**
   * @param trustInCounts 'never' (the default) unless the counts were seen to be right; 'if_big' where the table takes
   *   longer to read than they do.
   * @param options.netlink big tables are asked for by netlink; `close` ends that then. Default: they are read
   */
  constructor(trustInCounts: TrustInCounts = 'never', { netlink = false } = {}) {
    this.#trust = trustInCounts;
    if (!netlink) this.#diag = null;
  }

  #shared(family: Family): SharedRead<TcpRow[]> {
    const path = PATHS[family];
    return new SharedRead(async () => {
      const rows = isBigTable(path) ? await this.#big(family) : await readRows(family);
      this.#rows[family] = new Map(rows.filter((row) => row.inode !== 0).map((row) => [row.inode, row]));
      for (const row of rows) if (row.state === 'LISTEN') this.#remember(row.localPort, family);
      return rows;
    });
  }

  /** Rows of a table that takes long to read: by netlink, once that was seen to agree with the text. */
  async #big(family: Family): Promise<TcpRow[]> {
    if (this.#diag === null) return readRows(family);
    const isNew = this.#diag === undefined;
    const diag = this.#diag ?? new SockDiag();
    this.#diag = diag;
    const text = isNew || !this.#agreed.has(family) ? await readRows(family) : undefined;
    // Meanwhile all may have been closed, or the other family has found that it can't be had.
    const rows = await diag.rows(family);
    if (rows === null) {
      diag.close();
      this.#diag = null;
      return text ?? readRows(family);
    }
    if (text === undefined) return rows;
    if (saysTheSame(text, rows, { evenIfNone: this.#agreed.has(4) })) this.#agreed.add(family);
    return text;
  }

  #sharedListening(family: Family): SharedRead<TcpRow[] | null> {
    return new SharedRead(async () => {
      const rows = (await this.#asked(family)?.rows(family, { listening: true })) ?? null;
      for (const row of rows ?? []) {
        this.#rows[family].set(row.inode, row);
        this.#remember(row.localPort, family);
      }
      return rows;
    });
  }

  /** Whom to ask for single rows of a family: nobody before netlink was seen to agree with the text. */
  #asked(family: Family): SockDiag | undefined {
    return this.#agreed.has(family) ? (this.#diag ?? undefined) : undefined;
  }

  /** Ends what was started to read them; they can be read on. */
  close(): void {
    this.#diag?.close();
    this.#diag = null;
  }

  /** The TCP rows of one family that belong to a socket, read after the call; of IPv4, the others as well. */
  async ofSockets(family: Family): Promise<TcpRow[]> {
    return family === 6 && this.#noneOpenOfV6() ? [] : this.#reads[family].read();
  }

  /** The TCP rows of one family that listen, read after the call; null where that takes as long as reading all of them. */
  async listening(family: Family): Promise<TcpRow[] | null> {
    if (this.#asked(4) === undefined) return null;
    return family === 6 && this.#noneOpenOfV6() ? [] : this.#listening[family].read();
  }

  /** All TCP rows, read after the call. */
  async tcp(): Promise<TcpRow[]> {
    if (!this.#noneOpenOfV6())
      return (await Promise.all([this.#reads[4].read(), this.#reads[6].read()])).flat();
    const before = timeWaitSockets();
    const v4 = await this.#reads[4].read();
    const after = timeWaitSockets();
    const timeWait = v4.filter(({ state }) => state === 'TIME_WAIT').length;
    // Connections in TIME_WAIT are counted for both families in one.
    const allOfV4 = before === timeWait && after === timeWait;
    if (!allOfV4 || !this.#noneOpenOfV6()) return [...v4, ...(await this.#reads[6].read())];
    this.#rows[6] = new Map();
    return v4;
  }

  /** Said only after two readings: the kernel sums up a count for each processor, while sockets come and go. */
  #noneOpenOfV6(): boolean {
    // One hash table of the kernel holds both families: each is as slow to read as the other.
    const trusted = this.#trust === 'always' || (this.#trust === 'if_big' && isBigTable(PATHS[4]));
    return trusted && openV6Sockets() === 0 && openV6Sockets() === 0;
  }

  /** Rows that match; since a table is not read at one instant, none is said only after a second read. */
  async matching(test: (row: TcpRow) => boolean): Promise<TcpRow[]> {
    const found = (await this.tcp()).filter(test);
    return found.length > 0 ? found : (await this.tcp()).filter(test);
  }

  /** One end of a connection by its ports; looks at first only where it is likely to be. */
  async connection(localPort: number, remotePort: number): Promise<TcpRow | null> {
    const test = (row: TcpRow) => row.localPort === localPort && row.remotePort === remotePort;
    const family = this.#familyOfPort.get(localPort) ?? 4;
    const own = family === 4 ? await this.#asked(4)?.find(localPort, remotePort) : undefined;
    // Another one between the same ports, of other addresses, would count for more than one that is over.
    if (own && test(own) && own.state !== 'LISTEN' && own.state !== 'TIME_WAIT') return own;
    let found = (await this.#reads[family].read()).filter(test);
    if (found.length === 0) found = await this.matching(test);
    const row = found.find((each) => each.state !== 'TIME_WAIT') ?? found[0] ?? null;
    if (row) this.#remember(localPort, row.v6 ? 6 : 4);
    return row;
  }

  #remember(port: number, family: Family): void {
    if (this.#familyOfPort.size > 1000) this.#familyOfPort.clear();
    this.#familyOfPort.set(port, family);
  }

  /** The row of a socket as it was when the tables were last read. */
  lastSeen(inode: number): TcpRow | undefined {
    return this.#rows[4].get(inode) ?? this.#rows[6].get(inode);
  }

  /** Does something listen on the port, as far as the last reads go? */
  listenedOn(port: number): boolean {
    for (const family of [4, 6] as const) {
      for (const row of this.#rows[family].values()) {
        if (row.state === 'LISTEN' && row.localPort === port) return true;
      }
    }
    return false;
  }

  /** All UDP rows. */
  async udp(): Promise<TcpRow[]> {
    const [v4, v6] = await Promise.all([optionalTable('/proc/net/udp'), optionalTable('/proc/net/udp6')]);
    return [...parseRows(v4, false), ...parseRows(v6, true)];
  }

  /** Inodes of sockets of other families: netlink(7), raw(7), packet(7) and ICMP ones. */
  async foreign(): Promise<Set<number>> {
    const found = new Set<number>();
    const column: Readonly<Record<string, number>> = { netlink: 9, packet: 8 };
    for (const table of ['netlink', 'packet', 'raw', 'raw6', 'icmp', 'icmp6']) {
      const text = await optionalTable(`/proc/net/${table}`);
      for (const line of text.split('\n').slice(1))
        found.add(Number(line.trim().split(/\s+/)[column[table] ?? 9]));
    }
    return found;
  }

  /** Inodes of all Unix sockets; a Node child's standard streams are such. */
  async unix(): Promise<Set<number>> {
    const lines = (await optionalTable('/proc/net/unix')).split('\n').slice(1);
    return new Set(lines.map((line) => Number(line.trim().split(/\s+/)[6])));
  }
}

async function readRows(family: Family): Promise<TcpRow[]> {
  const path = PATHS[family];
  return parseRows(family === 4 ? await readTable(path) : await optionalTable(path), family === 6);
}

/** Whether the listening sockets of the first are in the second, each with its place; without any that proves little. */
function saysTheSame(
  text: readonly TcpRow[],
  other: readonly TcpRow[],
  { evenIfNone }: { readonly evenIfNone: boolean },
): boolean {
  const listening = text.filter(({ state }) => state === 'LISTEN');
  const place = ({ inode, localAddress, localPort, uid }: TcpRow) =>
    `${inode} ${localAddress} ${localPort} ${uid}`;
  const others = new Set(other.filter(({ state }) => state === 'LISTEN').map(place));
  return (evenIfNone || listening.length > 0) && listening.every((row) => others.has(place(row)));
}

async function optionalTable(path: string): Promise<string> {
  try {
    return await readTable(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}
