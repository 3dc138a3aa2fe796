import type { ProgramError } from './error.ts';
import { javaError } from './java.ts';
import { nodeError } from './node.ts';
import { perlError, rubyError } from './one-line.ts';
import { goPanic, rustPanic } from './panic.ts';
import { pythonError } from './python.ts';

export type { ProgramError } from './error.ts';

const READERS = [pythonError, javaError, nodeError, rustPanic, goPanic, rubyError, perlError];

/** The last error that a runtime printed with its way, from the text of an output stream. */
export function programError(printed: string): ProgramError | undefined {
  const lines = printed.split('\n').map((line) => line.trimEnd());
  for (const read of READERS) {
    const error = read(lines);
    if (error) return error;
  }
  return undefined;
}
