import type { Kernel, ProgramRef } from '../kernel/index.ts';

/** What became of the time so far, in milliseconds. */
export interface Chances {
  /** The grader, or a program, was runnable but had no core. */
  readonly waitedMs: number;
  /** The programs ran, all threads together. */
  readonly ranMs: number;
}

/** A question that is asked again and again; the figures only grow. */
export type Starvation = () => Promise<Chances>;

/** What some programs, and the grader itself, had of the processor so far; a program is asked for anew each time. */
export function starvationOf(kernel: Kernel, programs: () => readonly (() => ProgramRef)[]): Starvation {
  return async () => {
    let waitedMs = kernel.ownWaitMs();
    let ranMs = 0;
    for (const program of programs()) {
      const cpu = await kernel.cpu(program());
      waitedMs += cpu?.maxWaitMs ?? 0;
      ranMs += cpu?.runMs ?? 0;
    }
    return { waitedMs, ranMs };
  };
}

/**
 * What a program alone had of the processor, as far as it may have been kept from running. For questions that the kernel
 * answers at any time: a grader that comes late to ask one is answered as well, and a program that sleeps misses nothing.
 */
export function keptFrom(kernel: Kernel, program: () => ProgramRef): Starvation {
  return async () => {
    const usage = await kernel.usage(program());
    if (!usage) return starvationOf(kernel, () => [program])();
    const threads = [...usage.threads.values()];
    return { waitedMs: usage.keptMs, ranMs: threads.reduce((sum, { runMs }) => sum + runMs, 0) };
  };
}
