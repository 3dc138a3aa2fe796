import type { Footprint } from '../types.ts';
import { readAgain, readText } from './proc.ts';
import { isDead } from './processes.ts';

/** Ticks of proc_pid_stat(5) last this long on Linux, in milliseconds, whatever the kernel's own clock. */
const TICK = 10;

interface Times {
  readonly own: number;
  /** Of children that ended and were waited for, with theirs. */
  readonly children: number;
}

/** Longest time between two looks for which what was seen may stand, in milliseconds. */
const LONGEST_INTERVAL = 250;
/** Most of an estimate that certainly was used, whatever chance the looks met. */
const CERTAIN = 2 / 3;

/** Looks again and again at what one program takes up, and remembers what its ended processes used. */
export class Footprints {
  readonly #seen = new Map<string, number>();
  #last = performance.now();
  /** Processor time of processes too short-lived to be seen twice, in milliseconds, from what each look met. */
  #estimated = 0;

  /**
   * `pids` are all processes of a program, those that have ended and were not waited for included. `keeper` is the process that
   * adopts what the program leaves behind, if there is one.
   */
  observed(pids: readonly number[], keeper: number | undefined, limit: number): Footprint {
    let memory = 0;
    let tasks = 0;
    let cpu = keeper === undefined ? 0 : (timesOf(keeper)?.times.children ?? 0);
    const now = performance.now();
    const interval = Math.min(now - this.#last, LONGEST_INTERVAL);
    this.#last = now;
    for (const pid of pids) {
      const found = timesOf(pid);
      if (!found) continue;
      const { start, state, times } = found;
      const key = `${pid} ${start}`;
      cpu += times.own + times.children;
      if (state === 'R' && !this.#seen.has(key)) this.#estimated += interval * shareOf(pid);
      this.#seen.set(key, times.own);
      if (isDead(state)) continue;
      const status = readAgain(`/proc/${pid}/status`) ?? '';
      memory += kilobytes(status, 'RssAnon') + kilobytes(status, 'RssShmem') + kilobytes(status, 'VmPTE');
      tasks += Number(/^Threads:\s*(\d+)/m.exec(status)?.[1] ?? 0);
    }
    // What is not waited for is counted nowhere but here.
    const remembered = [...this.#seen.values()].reduce((sum, one) => sum + one, 0);
    return {
      // Pages that processes share have been counted once for each of them: too much is looked at again.
      memory: memory > limit ? Math.min(memory, proportional(pids, memory)) : memory,
      cpuMs: Math.max(Math.max(cpu, remembered) * TICK, this.#estimated * CERTAIN),
      tasks,
    };
  }
}

/** The part of its time in which a process that wants to run has run, see schedstat in proc(5). */
function shareOf(pid: number): number {
  const [run = 0, wait = 0] = (readText(`/proc/${pid}/schedstat`) ?? '').split(' ').map(Number);
  return run > 0 ? run / (run + wait) : 0;
}

function kilobytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
}

/** Memory with each shared page counted in parts, see proc_pid_smaps_rollup; what can't be read counts in full. */
function proportional(pids: readonly number[], otherwise: number): number {
  let sum = 0;
  for (const pid of pids) {
    const rollup = readText(`/proc/${pid}/smaps_rollup`);
    if (rollup === null) continue;
    if (!/^Pss_Anon:/m.test(rollup)) return otherwise;
    sum += kilobytes(rollup, 'Pss_Anon') + kilobytes(rollup, 'Pss_Shmem');
    sum += kilobytes(readText(`/proc/${pid}/status`) ?? '', 'VmPTE');
  }
  return sum;
}

interface Found {
  readonly times: Times;
  /** When it began, in ticks since the machine did. */
  readonly start: string;
  readonly state: string;
}

function timesOf(pid: number): Found | undefined {
  const stat = readAgain(`/proc/${pid}/stat`);
  if (stat === null) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const at = (index: number) => Number(fields[index] ?? 0);
  return {
    times: { own: at(11) + at(12), children: at(13) + at(14) },
    start: fields[19] ?? '',
    state: fields[0] ?? '',
  };
}
