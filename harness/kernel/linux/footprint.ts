import type { Footprint } from '../types.ts';
import { readAgain, readText } from './proc.ts';

/** Ticks of proc_pid_stat(5) last this long on Linux, in milliseconds, whatever the kernel's own clock. */
const TICK = 10;

interface Times {
  readonly own: number;
  /** Of children that ended and were waited for, with theirs. */
  readonly children: number;
}

/** Looks again and again at what one program takes up, and remembers what its ended processes used. */
export class Footprints {
  readonly #seen = new Map<string, number>();

  /** `keeper` is the process that adopts what the program leaves behind, if there is one. */
  observed(pids: readonly number[], keeper: number | undefined, limit: number): Footprint {
    let memory = 0;
    let tasks = 0;
    let cpu = keeper === undefined ? 0 : (timesOf(keeper)?.times.children ?? 0);
    for (const pid of pids) {
      const status = readAgain(`/proc/${pid}/status`) ?? '';
      memory += kilobytes(status, 'RssAnon') + kilobytes(status, 'RssShmem');
      tasks += Number(/^Threads:\s*(\d+)/m.exec(status)?.[1] ?? 0);
      const found = timesOf(pid);
      if (!found) continue;
      cpu += found.times.own + found.times.children;
      this.#seen.set(`${pid} ${found.start}`, found.times.own);
    }
    // What nobody waits for is counted nowhere but here.
    const remembered = [...this.#seen.values()].reduce((sum, one) => sum + one, 0);
    return {
      // Pages that processes share have been counted once for each of them: too much is looked at again.
      memory: memory > limit ? Math.min(memory, proportional(pids, memory)) : memory,
      cpuMs: Math.max(cpu, remembered) * TICK,
      tasks,
    };
  }
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
  }
  return sum;
}

function timesOf(pid: number): { readonly times: Times; readonly start: string } | undefined {
  const stat = readAgain(`/proc/${pid}/stat`);
  if (stat === null) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const at = (index: number) => Number(fields[index] ?? 0);
  return { times: { own: at(11) + at(12), children: at(13) + at(14) }, start: fields[19] ?? '' };
}
