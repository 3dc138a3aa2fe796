import type { CpuFigures, ProgramCpu } from '../types.ts';
import { readText } from './proc.ts';
import { statOf, threadsOf } from './processes.ts';

interface Entry {
  /** What earlier threads of this number used. */
  readonly base: CpuFigures;
  readonly own: CpuFigures;
  readonly slices: number;
  /** Since when it has been runnable without its figures moving; the kernel adds a wait only when it is over. */
  readonly runnableSince: number | null;
}

/** A tick may pass before the figures of a running thread move. */
const TICK_MS = 12;
const THREADS_LIMIT = 2000;

/** Processor figures of one program that only grow: a thread that ended keeps its last ones. */
export class Usage {
  readonly #entries = new Map<string, Entry>();
  #forgotten: CpuFigures = { runMs: 0, waitMs: 0 };
  #longest = 0;

  /** Reads the figures of all threads; false when not one has ever been had. */
  update(pids: readonly number[]): boolean {
    const before = this.byThread();
    const live = new Set<string>();
    for (const pid of pids) {
      for (const tid of threadsOf(pid)) if (this.#updateThread(pid, tid)) live.add(`${pid}:${tid}`);
    }
    this.#endOthers(live);
    const waited = [...this.byThread()].map(([key, now]) => now.waitMs - (before.get(key)?.waitMs ?? 0));
    this.#longest += Math.max(0, ...waited);
    return this.#entries.size > 0;
  }

  #endOthers(live: ReadonlySet<string>): void {
    for (const [key, entry] of this.#entries) {
      if (live.has(key)) continue;
      if (entry.runnableSince !== null) this.#entries.set(key, { ...entry, runnableSince: null });
      if (this.#entries.size <= THREADS_LIMIT) continue;
      this.#entries.delete(key);
      this.#forgotten = sum(this.#forgotten, sum(entry.base, entry.own));
    }
  }

  #updateThread(pid: number, tid: number): boolean {
    const key = `${pid}:${tid}`;
    const [run, wait, slices] = (readText(`/proc/${pid}/task/${tid}/schedstat`) ?? '').split(' ').map(Number);
    if (run === undefined || wait === undefined || slices === undefined) return false;
    const own = { runMs: run / 1e6, waitMs: wait / 1e6 };
    const last = this.#entries.get(key);
    const reused = last !== undefined && slices < last.slices;
    const base = last ? (reused ? sum(last.base, last.own) : last.base) : { runMs: 0, waitMs: 0 };
    const still = last !== undefined && own.runMs === last.own.runMs && slices === last.slices;
    const runnableSince = still && isRunnable(pid, tid) ? (last.runnableSince ?? performance.now()) : null;
    this.#entries.set(key, { base, own, slices, runnableSince });
    return true;
  }

  /** Figures by thread, the wait that still lasts included. */
  byThread(): Map<string, CpuFigures> {
    const now = performance.now();
    return new Map(
      [...this.#entries].map(([key, { base, own, runnableSince }]) => {
        const lasting = runnableSince === null ? 0 : now - runnableSince;
        const total = sum(base, own);
        return [key, lasting < TICK_MS ? total : { ...total, waitMs: total.waitMs + lasting }];
      }),
    );
  }

  total(): ProgramCpu {
    const figures = [...this.byThread().values()].reduce(sum, this.#forgotten);
    return { ...figures, maxWaitMs: this.#longest };
  }
}

function isRunnable(pid: number, tid: number): boolean {
  return statOf(`/proc/${pid}/task/${tid}`)?.state === 'R';
}

function sum(a: CpuFigures, b: CpuFigures): CpuFigures {
  return { runMs: a.runMs + b.runMs, waitMs: a.waitMs + b.waitMs };
}
