import {
  callWord,
  deadlineIn,
  type Kernel,
  type ProgramRef,
  poll,
  type ThreadObservation,
} from '../kernel/index.ts';
import { observeStopped, signalProcesses } from './stopping.ts';

/** How often a busy program is stopped at most to see what it is in: between its calls, where it mostly is, nothing shows. */
const SAMPLES = 60;
/** A call that was seen so often is what it does. */
const ENOUGH = 4;
/** Longest wait for it to be stopped, in milliseconds, and between two observations of it. */
const STOPPING = 500;
const EVERY = 1;
/** Longest wait for it to have run between two samples, in milliseconds: on a crowded machine it waits for its turn. */
const TURN = 2_000;
/** It has run by itself, not only through its signals, after so many milliseconds of a core. */
const RUN = 0.2;
/** All samples together take no longer, in milliseconds. */
const MOST_MS = 6_000;

/**
 * The calls that a program is in which uses the processor all the time, most often first. A running thread does not show
 * its call, but one that SIGSTOP has stopped on its way out of a call does. The program goes on as before; one that takes
 * EINTR for its end may not. A sample counts only once the program has run since the one before: stopped again before that,
 * it stands where it stood.
 */
export async function busyCalls(
  kernel: Kernel,
  program: () => ProgramRef,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (!kernel.can.calls) return [];
  const counts = new Map<string, number>();
  const isSeen = () => Math.max(0, ...counts.values()) >= ENOUGH;
  const within = (ms: number) => ({ deadline: deadlineIn(ms), signal, everyMs: EVERY });
  const isOver = deadlineIn(MOST_MS);
  for (let sample = 0; sample < SAMPLES && !isSeen() && !program().exited && !isOver(); sample++) {
    await signalProcesses(kernel, program(), 'SIGSTOP');
    await poll(async () => (await observeStopped(kernel, program())) || null, within(STOPPING));
    for (const word of inCalls(await kernel.threads(program())))
      counts.set(word, (counts.get(word) ?? 0) + 1);
    const before = await ranSoFar(kernel, program());
    await signalProcesses(kernel, program(), 'SIGCONT');
    await poll(async () => (await ranSoFar(kernel, program())) >= before + RUN || null, within(TURN));
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([word]) => word);
}

/** The calls of stopped threads; one that was stopped between its calls is in none. */
function inCalls(threads: readonly ThreadObservation[]): readonly string[] {
  return threads.flatMap(({ state, call, service }) =>
    state === 'T' && !service && call !== undefined && call !== 'unknown' ? [callWord(call)] : [],
  );
}

/** Milliseconds that all threads of a program have run. */
async function ranSoFar(kernel: Kernel, program: ProgramRef): Promise<number> {
  const threads = (await kernel.usage(program))?.threads.values() ?? [];
  return [...threads].reduce((sum, { runMs }) => sum + runMs, 0);
}
