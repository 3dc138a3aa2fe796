import { callWord, type Kernel, type ProgramRef } from '../kernel/index.ts';

import { observeStopped, signalProcesses } from './stopping.ts';

/** How often a busy program is stopped at most to see what it is in: between its calls, where it mostly is, nothing shows. */
const SAMPLES = 60;
/** A call that was seen so often is what it does. */
const ENOUGH = 4;
/** Longest wait for it to be stopped, in looks of a millisecond each. */
const LOOKS = 50;

/**
 * The calls that a program is in which uses the processor all the time, most often first. A running thread does not show
 * its call, but one that SIGSTOP has stopped on its way out of a call does. The program goes on as before; one that takes
 * EINTR for its end may not.
 */
export async function busyCalls(kernel: Kernel, program: () => ProgramRef): Promise<readonly string[]> {
  if (!kernel.can.calls) return [];
  const counts = new Map<string, number>();
  const isSeen = () => Math.max(0, ...counts.values()) >= ENOUGH;
  for (let sample = 0; sample < SAMPLES && !isSeen() && !program().exited; sample++) {
    await signalProcesses(kernel, program(), 'SIGSTOP');
    for (let look = 0; look < LOOKS && !(await observeStopped(kernel, program())); look++) await passed(1);
    for (const { state, call, service } of await kernel.threads(program())) {
      if (state !== 'T' || service || call === undefined) continue;
      const word = callWord(call);
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    await signalProcesses(kernel, program(), 'SIGCONT');
    await passed(2);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([word]) => word);
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
