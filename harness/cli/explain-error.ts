import { SpecError } from '../spec-error.ts';
import { UserError } from '../user-error.ts';
import { EXIT } from './exit.ts';

/** Tells a person what went wrong, and the shell whose fault it was. */
export function explain(error: unknown): number {
  if (error instanceof SpecError) {
    process.stderr.write(`${error.rendered}\n\n${error.what}: ${error.where}. Nothing was run.\n`);
    return EXIT.usage;
  }
  if (error instanceof UserError) {
    process.stderr.write(
      `socket-grader: ${error.where}: ${error.what}\n${error.fix === undefined ? '' : `  ${error.fix}\n`}`,
    );
    return EXIT.usage;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `socket-grader: internal error, not the submission's fault. Please report it:\n${text}\n`,
  );
  return EXIT.internal;
}
