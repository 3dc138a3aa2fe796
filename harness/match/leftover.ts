import { firstDifference } from './search.ts';
import type { Difference } from './types.ts';
import { escapeBytes } from './view.ts';

/** Why bytes came after a message that was right: `extra` is what followed `expected`. */
export function differenceForLeftover(expected: Buffer, extra: Buffer): Difference {
  const found = (cause: Difference['cause'], description: string): Difference => ({
    cause,
    at: expected.length,
    description,
    extra: extra.length,
  });
  const text = extra.subarray(0, 4096).toString('latin1');
  const bytes = `${extra.length} byte${extra.length === 1 ? '' : 's'}`;
  const shown = `"${escapeBytes(extra, 30)}"`;
  if (expected.length === 0)
    return found('extra_bytes', `${bytes} arrived where none were expected: ${shown}`);
  const copies = timesRepeated(expected, extra);
  if (copies > 0)
    return found('duplicated', `the whole message arrived ${copies === 1 ? 'twice' : `${copies + 1} times`}`);
  if (text === '\0')
    return found('trailing_nul', 'one NUL byte (\\0) too many at the end, as when the length is strlen + 1');
  if (text.startsWith('\0')) return found('trailing_nul', describeNuls(extra, bytes));
  if (extra.length === text.length) {
    if (text === '\n') return found('extra_newline', 'one newline too many at the end');
    if (text === '\r\n') return found('extra_newline', 'one line ending (\\r\\n) too many at the end');
    if (text === '\r') return found('extra_bytes', 'one carriage return (\\r) too many at the end');
    if (/^[\r\n]+$/.test(text)) return found('extra_newline', `${bytes} of line endings too many at the end`);
    if (/^[ \t]+$/.test(text)) return found('spaces', `${bytes} of spaces or tabs too many at the end`);
  }
  return found('extra_bytes', `${bytes} too many after the right ${expected.length}: ${shown}`);
}

function describeNuls(extra: Buffer, bytes: string): string {
  const what = extra.every((byte) => byte === 0)
    ? `${extra.length} NUL bytes (\\0)`
    : `${bytes}, the first one NUL (\\0),`;
  return `${what} too many at the end, as when the whole buffer is sent and not only the message`;
}

/** How many whole copies of `unit` the bytes are; 0 when they are anything else. */
function timesRepeated(unit: Buffer, bytes: Buffer): number {
  if (bytes.length < unit.length || bytes.length % unit.length !== 0) return 0;
  if (firstDifference(unit, bytes) < unit.length) return 0;
  const shifted = bytes.subarray(unit.length);
  return firstDifference(bytes, shifted) === shifted.length ? bytes.length / unit.length : 0;
}
