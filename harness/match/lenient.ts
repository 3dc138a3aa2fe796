import { lowerCase, without } from './reshape.ts';

/** What may be left out of account: newlines at the end, carriage returns, upper and lower case (ASCII), spaces and tabs. */
export type Ignore = 'trailing_newline' | 'cr' | 'case' | 'spaces';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

/** The bytes that count for nothing, wherever they stand. */
function dropped(what: readonly Ignore[]): readonly number[] {
  return [...(what.includes('cr') ? [RETURN] : []), ...(what.includes('spaces') ? [SPACE, TAB] : [])];
}

/** The bytes that count for nothing after a message. */
export function skippedAfter(what: readonly Ignore[]): readonly number[] {
  return [...dropped(what), ...(what.includes('trailing_newline') ? [NEWLINE, RETURN] : [])];
}

/** A message as it is compared. */
export function lenientBytes(bytes: Buffer, what: readonly Ignore[]): Buffer {
  const kept = dropped(what).length > 0 ? without(bytes, ...dropped(what)) : bytes;
  const lower = what.includes('case') ? lowerCase(kept) : kept;
  return what.includes('trailing_newline') ? withoutNewlines(lower) : lower;
}

function withoutNewlines(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === NEWLINE || bytes[end - 1] === RETURN)) end -= 1;
  return bytes.subarray(0, end);
}

/** Offset in the bytes that came of each offset in what is compared. */
export function lenientOffset(bytes: Buffer, what: readonly Ignore[], at: number): number {
  const drop = dropped(what);
  let kept = 0;
  for (let offset = 0; offset < bytes.length; offset += 1) {
    if (kept === at) return offset;
    if (!drop.includes(bytes[offset] ?? 0)) kept += 1;
  }
  return bytes.length;
}
