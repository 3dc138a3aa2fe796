import { type ProgramError, placeOf } from './error.ts';

const RUST_PANIC = /^thread '([^']*)'(?: \(\d+\))? panicked at (\S+\.rs):(\d+):\d+:$/;

/** As Rust prints it: thread and place in one line, and the message in the next. */
export function rustPanic(lines: readonly string[]): ProgramError | undefined {
  const at = lines.findLastIndex((line) => RUST_PANIC.test(line));
  const [head, thread, file = '', line] = RUST_PANIC.exec(lines[at] ?? '') ?? [];
  if (head === undefined) return undefined;
  const message = lines[at + 1] ?? '';
  return {
    name: 'panic',
    message,
    ...placeOf({ file, line: Number(line) }),
    inThread: thread !== 'main',
    lines: [head, message],
  };
}

const GO_PANIC = /^(?:panic|fatal error): (.*)$/;
const GO_FRAME = /^\s+(\/\S+\.go):(\d+)(?: \+0x[\da-f]+)?$/;
const GO_LIBRARY = /\/(?:src\/runtime|src\/net|go\/src|pkg\/mod)\//;

/** As Go prints it: the message, and below it frames from the innermost on. It ends the whole program. */
export function goPanic(lines: readonly string[]): ProgramError | undefined {
  const at = lines.findIndex((line) => GO_PANIC.test(line));
  const isGo = at >= 0 && lines.some((line, index) => index > at && /^goroutine \d+/.test(line));
  if (!isGo) return undefined;
  const frame = lines
    .slice(at)
    .map((line) => GO_FRAME.exec(line))
    .find((found) => found && !GO_LIBRARY.test(found[1] ?? ''));
  const place = frame ? { file: frame[1] ?? '', line: Number(frame[2]) } : undefined;
  const head = lines[at] ?? '';
  return {
    name: 'panic',
    message: GO_PANIC.exec(head)?.[1] ?? '',
    ...placeOf(place),
    inThread: false,
    lines: [head, ...(frame ? [`  ${frame[0].trim()}`] : [])],
  };
}
