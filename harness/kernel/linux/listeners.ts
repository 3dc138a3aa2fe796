import type { Listener } from '../../model/index.ts';
import type { ProgramRef, TcpRow } from '../types.ts';
import { holdersOf } from './descriptors.ts';
import { listener } from './owners.ts';
import type { Processes } from './processes.ts';
import type { Tables } from './tables.ts';

/** What is known of one program's sockets. */
interface Known {
  readonly listening: Map<number, TcpRow>;
  /** Connected, Unix and UDP sockets, which will never listen. */
  readonly other: Set<number>;
  /** Not in any table (yet). */
  pending: Set<number>;
  nextRead: number;
  pauseMs: number;
  nextOrphanScan: number;
}

const FIRST_PAUSE_MS = 4;
const LONGEST_PAUSE_MS = 40;
const RECHECK_LISTENING_MS = 1000;
const ORPHAN_SCAN_MS = 200;
const PROGRAMS_LIMIT = 200;

/** Finds listening sockets by descriptor first, and reads the tables only for sockets that are not known yet. */
export class Listeners {
  readonly #tables: Tables;
  readonly #processes: Processes;
  readonly #programs = new Map<string, Known>();

  constructor(tables: Tables, processes: Processes) {
    this.#tables = tables;
    this.#processes = processes;
  }

  /** Listening sockets of a program in the order in which they were made. */
  async of(program: ProgramRef): Promise<Listener[]> {
    const known = this.#known(program);
    const own = await this.#find(known, await this.#processes.all(program));
    if (own.length > 0 || program.exited || performance.now() < known.nextOrphanScan) return own;
    // Something that it started may have left the tree: its parent ended.
    const all = await this.#processes.of(program, true);
    known.nextOrphanScan = performance.now() + ORPHAN_SCAN_MS;
    return this.#find(known, all);
  }

  async #find(known: Known, pids: readonly number[]): Promise<Listener[]> {
    const holders = holdersOf(pids);
    if (this.#mustRead(known, [...holders.keys()])) await this.#classify(known, holders);
    return [...known.listening]
      .filter(([inode]) => holders.has(inode))
      .sort(([a], [b]) => a - b)
      .map(([inode, row]) => listener(row, holders.get(inode) ?? 0));
  }

  #mustRead(known: Known, inodes: readonly number[]): boolean {
    const open = inodes.filter((inode) => !known.other.has(inode));
    if (open.some((inode) => !known.pending.has(inode) && !known.listening.has(inode))) {
      known.pauseMs = FIRST_PAUSE_MS;
      return true;
    }
    return open.length > 0 && performance.now() >= known.nextRead;
  }

  async #classify(known: Known, holders: ReadonlyMap<number, number>): Promise<void> {
    const inodes = [...holders.keys()];
    const { rows, others } = await this.#lookUp(known, inodes);
    known.pending = new Set();
    for (const inode of inodes) {
      const row = rows.get(inode);
      const isOther = others.has(inode) || (row !== undefined && row.state !== 'LISTEN');
      if (isOther) known.other.add(inode);
      else if (!row) known.pending.add(inode);
      if (row?.state === 'LISTEN') known.listening.set(inode, row);
      // A row may be missing from one read, so a listener that was seen stays until it shows up as something else.
      else if (isOther) known.listening.delete(inode);
    }
    const waits = known.pending.size > 0;
    known.nextRead = performance.now() + (waits ? known.pauseMs : RECHECK_LISTENING_MS);
    known.pauseMs = Math.min(known.pauseMs * 1.5, LONGEST_PAUSE_MS);
  }

  /** The rows of TCP sockets, and which sockets are of another kind; no more tables are read than are needed. */
  async #lookUp(
    known: Known,
    inodes: readonly number[],
  ): Promise<{ readonly rows: ReadonlyMap<number, TcpRow>; readonly others: ReadonlySet<number> }> {
    // The small tables first: a program's standard streams are Unix sockets.
    const others = await this.#tables.unix();
    const rows = new Map<number, TcpRow>();
    const unknown = () =>
      inodes.filter((inode) => !known.other.has(inode) && !others.has(inode) && !rows.has(inode));
    const isLate = () => unknown().some((inode) => known.pending.has(inode));
    const add = (found: readonly TcpRow[]) => {
      for (const row of found) rows.set(row.inode, row);
    };
    // Each table takes milliseconds; most servers stand in the first.
    for (const family of [4, 6] as const) {
      if (unknown().length === 0) break;
      const listening = await this.#tables.listening(family);
      if (listening !== null) add(listening);
      // What does not listen by now may be a connection.
      if (listening === null || isLate()) add(await this.#tables.ofSockets(family));
    }
    // Most sockets are on their way to listen(); only one that stays unknown may be a UDP socket.
    if (isLate()) for (const { inode } of await this.#tables.udp()) others.add(inode);
    return { rows, others };
  }

  #known(program: ProgramRef): Known {
    const key = `${program.pid} ${program.marker}`;
    const known = this.#programs.get(key) ?? {
      listening: new Map(),
      other: new Set(),
      pending: new Set(),
      nextRead: 0,
      pauseMs: FIRST_PAUSE_MS,
      nextOrphanScan: performance.now() + ORPHAN_SCAN_MS,
    };
    const [oldest] = this.#programs.keys();
    if (oldest !== undefined && this.#programs.size >= PROGRAMS_LIMIT) this.#programs.delete(oldest);
    this.#programs.delete(key);
    this.#programs.set(key, known);
    return known;
  }

  clear(): void {
    this.#programs.clear();
  }
}
