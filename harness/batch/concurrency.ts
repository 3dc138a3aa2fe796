import { readFileSync } from 'node:fs';
import os from 'node:os';

/** What the machine did since it was started: milliseconds of all cores together, and for how long something waited for one. */
export interface MachineTime {
  readonly totalMs: number;
  readonly idleMs: number;
  /** Milliseconds in which at least one thread was runnable and had no core; null where the system does not tell. */
  readonly pressureMs: number | null;
  readonly atMs: number;
}

/** More is begun where so much of the machine is idle. */
const IDLE = 0.08;
/** Less is begun where hardly anything is idle, and something waits for a core for so much of the time. */
const FULL = 0.02;
const PRESSED = 0.85;
/** Milliseconds that a change needs to show. */
const ADAPTS = 400;

/**
 * How many submissions are graded at a time so that the machine is full and no fuller: one more while some of it is idle,
 * one less while threads mostly wait for a core. Deadlines stand still for a program that waits; a machine that is too
 * full would make them stand still for long.
 */
export class Concurrency {
  readonly #least: number;
  readonly #most: number;
  readonly #read: () => MachineTime;
  #last: MachineTime;
  #now: number;

  /** Begins with the number of cores, which is also the fewest unless `least` says otherwise: others may fill a machine, too. */
  constructor({
    least = os.availableParallelism(),
    most,
    read = machineTime,
  }: {
    readonly least?: number;
    readonly most: number;
    readonly read?: () => MachineTime;
  }) {
    this.#least = least;
    this.#most = most;
    this.#read = read;
    this.#last = read();
    this.#now = Math.max(least, Math.min(most, os.availableParallelism()));
  }

  get now(): number {
    return this.#now;
  }

  /** Looks at the machine; `wanted` says that as many run as may, and others wait. Returns the number from now on. */
  adjust(wanted: boolean): number {
    const seen = this.#read();
    const total = seen.totalMs - this.#last.totalMs;
    if (seen.atMs - this.#last.atMs < ADAPTS || total <= 0) return this.#now;
    const idle = (seen.idleMs - this.#last.idleMs) / total;
    const pressed = pressure(this.#last, seen);
    this.#last = seen;
    if (wanted && idle > IDLE) this.#now = Math.min(this.#most, this.#now + 1);
    else if (idle < FULL && pressed > PRESSED) this.#now = Math.max(this.#least, this.#now - 1);
    return this.#now;
  }
}

/** The share of the time in which something waited for a core. */
function pressure(before: MachineTime, now: MachineTime): number {
  if (before.pressureMs === null || now.pressureMs === null) return 0;
  return (now.pressureMs - before.pressureMs) / Math.max(1, now.atMs - before.atMs);
}

/** What the kernel has counted; see proc_stat(5) and its document on pressure stall information. */
export function machineTime(): MachineTime {
  let totalMs = 0;
  let idleMs = 0;
  for (const { times } of os.cpus()) {
    totalMs += times.user + times.nice + times.sys + times.irq + times.idle;
    idleMs += times.idle;
  }
  return { totalMs, idleMs, pressureMs: pressureMs(), atMs: performance.now() };
}

function pressureMs(): number | null {
  try {
    const [, total] = /^some .*total=(\d+)/m.exec(readFileSync('/proc/pressure/cpu', 'utf8')) ?? [];
    return total === undefined ? null : Number(total) / 1000;
  } catch {
    return null;
  }
}
