import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Trace } from '../model/index.ts';
import { type Comparison, compareWitnesses } from './compare.ts';
import { type SocketFacts, socketFacts } from './socket-facts.ts';
import { readStrace } from './strace-lines.ts';

/** strace may go on writing for a moment after the program has ended, in milliseconds. */
const PATIENCE = 5_000;

/** Where the system calls of one start of a program are written down. */
export function traceFileIn(folder: string): (program: string, instance: number) => string {
  return (program, instance) => path.join(folder, `${program}-${instance}.strace`);
}

/**
 * Compares a run whose programs were traced into a folder with what strace saw; `began` is when it began, in milliseconds
 * since the epoch. Undefined when strace did not write to the end or could not see all, so that nothing can be compared.
 */
export async function compareWithStrace(
  trace: Trace,
  began: number,
  folder: string,
): Promise<Comparison | undefined> {
  const facts = new Map<string, SocketFacts>();
  for (const event of trace.events) {
    if (event.type !== 'process_start') continue;
    const { program, instance, pid } = event;
    const file = traceFileIn(folder)(program, instance);
    const traced = await untilEnded(file, pid);
    if (!traced || traced.hidden) return undefined;
    facts.set(`${program}#${instance}`, socketFacts(traced.calls));
  }
  return compareWitnesses(trace, began, facts);
}

async function untilEnded(file: string, pid: number) {
  const until = performance.now() + PATIENCE;
  for (;;) {
    const traced = readStrace(await readFile(file, 'latin1').catch(() => ''));
    const all = new Set([pid, ...traced.calls.map((call) => call.pid)]);
    if ([...all].every((each) => traced.ends.has(each))) return traced;
    if (performance.now() > until) return undefined;
    await setTimeout(5);
  }
}
