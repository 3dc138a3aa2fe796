import { pause } from './time.ts';
import type { Kernel, ProgramRef, ProgramSource } from './types.ts';

/** The program as it is now. */
export function currentOf(program: ProgramSource): ProgramRef {
  return typeof program === 'function' ? program() : program;
}

const SECOND_LOOK_MS = 5;

/** Has everything of the program ended? Looked at twice, since a process in the middle of exec shows no marker. */
export async function hasEnded(
  kernel: Kernel,
  program: ProgramSource,
  signal: AbortSignal,
): Promise<boolean> {
  if ((await kernel.processes(currentOf(program))).length > 0) return false;
  for (const wait of [0, SECOND_LOOK_MS]) {
    if (wait > 0) await pause(wait, signal);
    if ((await kernel.processes(currentOf(program), { orphans: true })).length > 0) return false;
  }
  return true;
}
