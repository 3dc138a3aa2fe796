import { stalledClock } from '../stalled-clock.ts';
import type { CpuFigures, ProgramCpu, ProgramUsage, ThreadFigures } from '../types.ts';
import { readAgain } from './proc.ts';
import { threadsOf } from './processes.ts';
import { parseStatus } from './threads.ts';

/** The figures of one thread at one moment, as the kernel gives them. */
export interface Reading {
  readonly at: number;
  readonly runMs: number;
  /** Without the wait that still lasts: the kernel adds one only when it is over. */
  readonly waitMs: number;
  readonly slices: number;
  readonly state: string;
  readonly voluntary: number;
  /** What the grader had lost by standing still so far; the machine may have stood still with it. */
  readonly lostMs: number;
}

const THREADS_LIMIT = 2000;
const TOGETHER_MS = 1;
const TRIES = 5;
const NOTHING: CpuFigures = { runMs: 0, waitMs: 0, unsureMs: 0 };

/**
 * What a thread ran and waited for a core between two readings. Runnable at both, without a voluntary switch, it never
 * slept: all that it did not run it waited. Otherwise what the kernel says counts, as far as it fits in between; of one
 * that is runnable now the kernel has not counted the wait that lasts, so the rest may be sleep or wait.
 */
export function between(before: Reading, now: Reading): CpuFigures {
  const lengthMs = Math.max(0, now.at - before.at);
  const lostMs = now.lostMs - before.lostMs;
  // Who had the core when the machine stood still has run all that time, says the kernel.
  const runMs = Math.max(0, Math.min(lengthMs, now.runMs - before.runMs) - lostMs);
  const restMs = lengthMs - runMs;
  const awake = before.state === 'R' && now.state === 'R' && before.voluntary === now.voluntary;
  const waitMs = awake ? restMs : Math.min(restMs, Math.max(0, now.waitMs - before.waitMs));
  const unsureMs = !awake && now.state === 'R' ? restMs - waitMs : Math.min(lostMs, restMs - waitMs);
  return { runMs, waitMs, unsureMs };
}

/** Processor figures of one program that only grow: a thread that ended keeps its last ones. */
export class Usage {
  readonly #readings = new Map<string, Reading>();
  readonly #totals = new Map<string, CpuFigures>();
  #forgotten = NOTHING;
  #longestWait = 0;
  #kept = 0;
  #updated: number | undefined;

  /** Reads the figures of all threads; false when not one has ever been had. */
  update(pids: readonly number[]): boolean {
    const live = new Set<string>();
    let longest = 0;
    let kept = 0;
    for (const pid of pids) {
      for (const tid of threadsOf(pid)) {
        const waited = this.#updateThread(pid, tid);
        if (waited === null) continue;
        live.add(`${pid}:${tid}`);
        longest = Math.max(longest, waited.waitMs);
        kept += waited.waitMs + waited.unsureMs;
      }
    }
    this.#longestWait += longest;
    const at = performance.now();
    this.#kept += Math.min(kept, at - (this.#updated ?? at));
    this.#updated = at;
    this.#endOthers(live);
    return this.#totals.size > 0;
  }

  /** What the thread did since the last reading, or null when it can't be read. */
  #updateThread(pid: number, tid: number): CpuFigures | null {
    const now = readingOf(pid, tid);
    if (!now) return null;
    const key = `${pid}:${tid}`;
    const last = this.#readings.get(key);
    // Fewer slices than before: another thread that got the same number.
    const same = last !== undefined && last.slices <= now.slices;
    const more = same ? between(last, now) : { runMs: now.runMs, waitMs: now.waitMs, unsureMs: 0 };
    this.#readings.set(key, now);
    this.#totals.set(key, sum(this.#totals.get(key) ?? NOTHING, more));
    return more;
  }

  #endOthers(live: ReadonlySet<string>): void {
    for (const [key, total] of this.#totals) {
      if (live.has(key)) continue;
      this.#readings.delete(key);
      if (this.#totals.size <= THREADS_LIMIT) continue;
      this.#totals.delete(key);
      this.#forgotten = sum(this.#forgotten, total);
    }
  }

  /** Figures by thread, as of the last update. */
  byThread(): ProgramUsage {
    const threads = new Map<string, ThreadFigures>();
    for (const [key, total] of this.#totals) {
      const reading = this.#readings.get(key);
      threads.set(key, { ...total, at: reading?.at ?? 0, live: reading !== undefined });
    }
    return { threads, keptMs: this.#kept };
  }

  total(): ProgramCpu {
    return { ...[...this.#totals.values()].reduce(sum, this.#forgotten), maxWaitMs: this.#longestWait };
  }
}

/** Figures and clock are read together: a grader that loses its core in between reads both again. */
function schedstatOf(folder: string): { at: number; text: string } {
  for (let tries = 1; ; tries++) {
    const before = performance.now();
    const text = readAgain(`${folder}/schedstat`) ?? '';
    const at = performance.now();
    if (at - before < TOGETHER_MS || tries === TRIES) return { at, text };
  }
}

function readingOf(pid: number, tid: number): Reading | null {
  const folder = `/proc/${pid}/task/${tid}`;
  const { at, text } = schedstatOf(folder);
  const [run, wait, slices] = text.split(' ').map(Number);
  const status = parseStatus(readAgain(`${folder}/status`) ?? '');
  if (run === undefined || wait === undefined || slices === undefined || !status) return null;
  return {
    at,
    runMs: run / 1e6,
    waitMs: wait / 1e6,
    slices,
    state: status.state,
    voluntary: status.voluntary,
    lostMs: stalledClock.lostMs,
  };
}

function sum(a: CpuFigures, b: CpuFigures): CpuFigures {
  return { runMs: a.runMs + b.runMs, waitMs: a.waitMs + b.waitMs, unsureMs: a.unsureMs + b.unsureMs };
}
