import { defined } from '../../base/defined.ts';

/** An error that a program's runtime printed: an uncaught exception, or one that was printed with its way. */
export interface ProgramError {
  /** `TypeError`, `java.net.BindException`, `Error [ERR_STREAM_WRITE_AFTER_END]`. */
  readonly name: string;
  readonly message: string;
  /** The last place on the way to it that belongs to the submission. */
  readonly place?: ErrorPlace;
  /** It ended a thread, and not the program. */
  readonly inThread: boolean;
  /** The lines that tell of it: the place, its source text where it was printed, and the error itself. */
  readonly lines: readonly string[];
}

export interface ErrorPlace {
  readonly file: string;
  readonly line: number;
  /** The source text of the line. */
  readonly code?: string;
}

/** The place of a frame, by the name of its file alone. */
export function placeOf(
  frame: { readonly file: string; readonly line: number; readonly code?: string | undefined } | undefined,
): { place?: ErrorPlace } {
  if (!frame) return {};
  const { file, line, code } = frame;
  return { place: { file: baseName(file), line, ...defined({ code }) } };
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

/** In how many lines below an error its first frame is. */
export const FARTHEST_FRAME = 8;
