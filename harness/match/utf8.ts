/**
 * Length of the UTF-8 sequence that begins at `at`: 1 to 4 when it is valid (RFC 3629), 0 when the byte begins none,
 * -1 when the bytes end inside what may become one.
 */
export function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at];
  if (lead === undefined) return -1;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  for (let next = 1; next < length; next += 1) {
    const byte = bytes[at + next];
    if (byte === undefined) return -1;
    if ((byte & 0xc0) !== 0x80 || (next === 1 && !mayFollow(lead, byte))) return 0;
  }
  return length;
}

/** Whether a continuation byte may be the second one: what is too long, a surrogate or too large may not (RFC 3629). */
function mayFollow(lead: number, second: number): boolean {
  switch (lead) {
    case 0xe0:
      return second >= 0xa0;
    case 0xed:
      return second <= 0x9f;
    case 0xf0:
      return second >= 0x90;
    case 0xf4:
      return second <= 0x8f;
    default:
      return true;
  }
}

/** The last index up to `at` that does not stand inside a character; a byte that is no UTF-8 counts as one. */
export function characterStart(bytes: Uint8Array, at: number): number {
  for (let start = Math.max(0, at - 3); start < at; start += 1) {
    if (sequenceLength(bytes, start) > at - start) return start;
  }
  return at;
}

/** The bytes without a last character of which only the beginning has come. */
export function wholeCharacters(bytes: Buffer): Buffer {
  for (let start = Math.max(0, bytes.length - 3); start < bytes.length; start += 1) {
    if (sequenceLength(bytes, start) === -1) return bytes.subarray(0, start);
  }
  return bytes;
}
